#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The gate as pipelines call it: environment variables in, one verdict out, and the exit code of `aibom verify`. Values are
# only ever arguments: nothing that a file name or an input says is run.
#
#   AIBOM_TARGETS        what is verified, one a line (needed)
#   AIBOM_POLICY         policy file; without it the built-in baseline decides
#   AIBOM_ENVIRONMENT    the policy's environment
#   AIBOM_TRUST_ROOT     local trust root, .aibom/trust unless given
#   AIBOM_BOM            BOM that the targets must match
#   AIBOM_SIGNATURES     signatures of the target, AIBOM_ATTESTATIONS, AIBOM_WAIVERS, AIBOM_VEX: files, one a line
#   AIBOM_OSV            OSV export, AIBOM_SUPPLIERS: supplier register
#   AIBOM_REPORTS        of sarif junit gitlab markdown html vsa svr github, between blanks; the verdict in JSON is always written
#   AIBOM_OUTPUT         directory for them, the current one unless given
#   AIBOM_COMMAND        the program, aibom unless given
set -eu

refuse() {
  printf 'aibom-gate: %s\n' "$1" >&2
  exit 2
}

command=${AIBOM_COMMAND:-aibom}
output=${AIBOM_OUTPUT:-.}
case $output in
*,* | *=*) refuse 'AIBOM_OUTPUT must have no comma and no equals sign' ;;
esac
case $output in
/*) ;;
*) output=./$output ;;
esac
command -v "$command" >/dev/null 2>&1 || refuse "there is no program $command"
mkdir -p "$output"

screen=text
formats=json=$output/aibom-verdict.json
# A report of an earlier run must not be taken for one of this run.
rm -f "$output/aibom-verdict.json"
set -f
for report in ${AIBOM_REPORTS:-}; do
  case $report in
  github)
    screen=github
    continue
    ;;
  sarif) file=aibom.sarif ;;
  junit) file=aibom-junit.xml ;;
  gitlab) file=gl-code-quality-report.json ;;
  markdown) file=aibom.md ;;
  html) file=aibom.html ;;
  vsa | svr) file=aibom.$report.intoto.jsonl ;;
  *) refuse "there is no report $report" ;;
  esac
  rm -f "$output/$file"
  formats=$formats,$report=$output/$file
done

set -- --format "$screen,$formats" --trust-root "${AIBOM_TRUST_ROOT:-.aibom/trust}"
[ -z "${AIBOM_POLICY:-}" ] || set -- "$@" --policy "$AIBOM_POLICY"
[ -z "${AIBOM_ENVIRONMENT:-}" ] || set -- "$@" --env "$AIBOM_ENVIRONMENT"
[ -z "${AIBOM_BOM:-}" ] || set -- "$@" --bom "$AIBOM_BOM"
[ -z "${AIBOM_OSV:-}" ] || set -- "$@" --osv "$AIBOM_OSV"
[ -z "${AIBOM_SUPPLIERS:-}" ] || set -- "$@" --suppliers "$AIBOM_SUPPLIERS"
while IFS= read -r line; do
  [ -z "$line" ] || set -- "$@" --signature "$line"
done <<LINES
${AIBOM_SIGNATURES:-}
LINES
while IFS= read -r line; do
  [ -z "$line" ] || set -- "$@" --attestation "$line"
done <<LINES
${AIBOM_ATTESTATIONS:-}
LINES
while IFS= read -r line; do
  [ -z "$line" ] || set -- "$@" --waiver "$line"
done <<LINES
${AIBOM_WAIVERS:-}
LINES
while IFS= read -r line; do
  [ -z "$line" ] || set -- "$@" --vex "$line"
done <<LINES
${AIBOM_VEX:-}
LINES
set -- "$@" --
count=$#
while IFS= read -r line; do
  [ -z "$line" ] || set -- "$@" "$line"
done <<LINES
${AIBOM_TARGETS:-}
LINES
[ "$#" -gt "$count" ] || refuse 'AIBOM_TARGETS names nothing'

code=0
"$command" verify "$@" || code=$?

verdict=none
if [ -f "$output/aibom-verdict.json" ]; then
  verdict=$(sed -n 's/^  "verdict": "\([a-z]*\)",$/\1/p' "$output/aibom-verdict.json")
fi
# An error leaves an object without a verdict.
[ -n "$verdict" ] || verdict=none
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf 'verdict=%s\nexit-code=%s\n' "$verdict" "$code" >>"$GITHUB_OUTPUT"
fi
if [ -n "${AIBOM_RESULT_FILE:-}" ]; then
  printf '%s' "$verdict" >"$AIBOM_RESULT_FILE"
fi
exit "$code"
