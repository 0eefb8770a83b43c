// SPDX-License-Identifier: Apache-2.0
// Looks for constructs in a chat template (Jinja) that no template needs and that sandbox escapes use
// (CVE-2024-34359). A list of words, not a proof: a template without findings is not thereby safe.

/** A construct and the expression that finds it. Each expression is linear in the template's length. */
const constructs: readonly (readonly [string, RegExp])[] = [
  // Markers such as `<__media__>` are text; only these names lead from an object to the interpreter.
  [
    "a Python attribute with double underscores",
    /__(?:class|base|bases|mro|subclasses|globals|builtins|init|new|dict|getattribute|getattr|setattr|import|code|closure|func|self|module|reduce|reduce_ex|loader|spec|call|get|wrapped|init_subclass|subclasshook|doc|dir|name|qualname|main)__/,
  ],
  [
    "a name put together from underscores",
    /['"]__[a-zA-Z]{0,40}['"]\s{0,20}[~+]|[~+]\s{0,20}['"][a-zA-Z]{0,40}__['"]/,
  ],
  ["repeated underscores", /['"]_{1,2}['"]\s{0,20}\*/],
  ["an escaped underscore", /\\(?:x5f|u005f|137)/i],
  ["the attr filter", /\|\s{0,20}attr\b/],
  ["a template import", /\{%[-+]?\s{0,20}(?:import|include|extends|from)\b/],
  ["__import__ or importlib", /__import__|\bimportlib\b/],
  ["popen", /\bpopen\b/i],
  ["subprocess", /\bsubprocess\b/],
  ["os.system", /\bos\s{0,20}\.\s{0,20}system\b/],
  ["eval or exec", /\b(?:eval|exec)\s{0,20}\(/],
  ["getattr", /\bgetattr\b/],
  ["mro()", /\.\s{0,20}mro\b/],
  ["lipsum", /\blipsum\b/],
];

/**
 * Names of the dangerous constructs in `template`, in a fixed order; empty if there are none.
 * Words are searched in the whole text, so that no trick with delimiters hides them.
 */
export function dangerousConstructs(template: string): readonly string[] {
  return constructs.filter(([, pattern]) => pattern.test(template)).map(([name]) => name);
}
