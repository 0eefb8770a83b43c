// SPDX-License-Identifier: Apache-2.0
// References to things that may be something else tomorrow: tags instead of digests, models without a commit, packages without a
// version, and whatever updates by itself.

import { type Environments, isSet } from "./environment.ts";
import { imageName, isImageDigest, parseImage } from "./image-reference.ts";
import type { KillSwitch } from "./kill-switch.ts";
import { updaterImages, updaterKinds } from "./known.ts";
import type { Configuration, ImageUse, ModelUse, Place, Workload } from "./settings.ts";

export function detectMutable(
  configuration: Configuration,
  environments: Environments,
): readonly KillSwitch[] {
  const { workloads, packages, updaters } = configuration;
  const isOffline = isSet(environments.ofFile(configuration), "HF_HUB_OFFLINE", onValues);
  return [
    ...workloads.flatMap(({ images }) => images.flatMap(judgeImage)),
    ...workloads.flatMap((workload) => judgeServer(workload, environments)),
    ...workloads.flatMap(judgeLauncher),
    ...(isOffline ? [] : configuration.models.flatMap(judgeModel)),
    ...packages
      .filter(({ pin }) => pin === "open")
      .map(({ name, path, line }) => found({ path, line }, name, "the package is not pinned to one version")),
    ...updaters.flatMap(judgeUpdater),
  ];
}

const onValues = ["1", "true", "yes", "on"];

function found({ path, line }: Place, name: string, why: string): KillSwitch {
  return { path, line, class: "mutable-reference", name, why };
}

function judgeImage(use: ImageUse): readonly KillSwitch[] {
  const { reference } = use;
  const image = parseImage(reference);
  if (image !== undefined && updaterImages.has(imageName(image))) {
    return [found(use, reference, "it replaces other containers by newer ones, by itself")];
  }
  if (image?.digest !== undefined || isImageDigest(reference.slice(reference.indexOf("@") + 1))) {
    return [];
  }
  const why =
    image === undefined
      ? "variables decide which image it is"
      : `the tag ${image.tag ?? "latest"} may point at another image tomorrow; no digest pins it`;
  return [found(use, reference, why)];
}

/** What a server is told to load: by its arguments, or by variables. */
const modelFlags = ["--model", "--model-id", "--model-path", "--served-model", "-hf", "--hf-repo"];
const modelVariables = ["MODEL_ID", "HF_MODEL_ID", "MODEL_NAME", "HF_MODEL"];

function judgeServer(workload: Workload, environments: Environments): readonly KillSwitch[] {
  const variables = environments.ofWorkload(workload);
  if (isSet(variables, "HF_HUB_OFFLINE", onValues)) {
    return [];
  }
  const { words } = workload;
  const flagValue = (
    flags: readonly string[],
  ): { readonly text: string; readonly place: Place } | undefined => {
    for (const [index, word] of words.entries()) {
      const flag = flags.find((each) => word.text === each || word.text.startsWith(`${each}=`));
      if (flag !== undefined) {
        const text = word.text === flag ? (words[index + 1]?.text ?? "") : word.text.slice(flag.length + 1);
        return { text, place: word };
      }
    }
    return undefined;
  };
  const served = words.findIndex(({ text }) => text === "serve");
  const positional = served > 0 && words[served - 1]?.text.endsWith("vllm") ? words[served + 1] : undefined;
  const variable = variables.find(({ name }) => modelVariables.includes(name));
  const model =
    flagValue(modelFlags) ??
    (positional === undefined ? undefined : { text: positional.text, place: positional }) ??
    (variable?.value === undefined ? undefined : { text: variable.value, place: variable });
  if (model === undefined) {
    return [];
  }
  const revision =
    flagValue(["--revision"])?.text ?? variables.find(({ name }) => name === "REVISION")?.value;
  return judgeModel({ ...model.place, model: model.text, ...(revision === undefined ? {} : { revision }) });
}

function judgeModel({ model, revision, path, line }: ModelUse): readonly KillSwitch[] {
  const isHubName = /^[A-Za-z0-9][\w.-]{0,127}\/[\w.-]{1,127}$/.test(model);
  if (!isHubName || (revision !== undefined && /^[0-9a-f]{40}$/.test(revision))) {
    return [];
  }
  const why = `revision ${revision ?? "main"} is a branch or tag of the hub; a commit would pin it`;
  return [found({ path, line }, model, why)];
}

/** `npx -y package` and `uvx package` fetch what is newest and run it. */
function judgeLauncher({ words, path, line, name }: Workload): readonly KillSwitch[] {
  const at = words.findIndex(({ text }) => /^(?:npx|uvx|bunx|pipx)$/.test(text.split("/").at(-1) ?? ""));
  const launched =
    at === -1 ? undefined : words.slice(at + 1).find(({ text }) => !text.startsWith("-") && text !== "run");
  if (launched === undefined) {
    return [];
  }
  const isPinned = /.(?:@|==)v?\d+\.\d+[\w.+-]*$/.test(launched.text);
  return isPinned
    ? []
    : [found({ path, line }, launched.text, `${name} fetches the newest version at every start`)];
}

function judgeUpdater({ key, text, path, line }: Place & { readonly key: string; readonly text: string }) {
  if (key === "kind") {
    return updaterKinds.has(text)
      ? [found({ path, line }, text, "it changes images when newer ones appear")]
      : [];
  }
  const why =
    key === "installPlanApproval"
      ? "operators update themselves without anybody's approval"
      : "the image is fetched again at every start";
  return [found({ path, line }, `${key}: ${text}`, why)];
}
