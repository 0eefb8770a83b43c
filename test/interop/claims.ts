// SPDX-License-Identifier: Apache-2.0
// Claims of tokens as issuers make them, and the names that Fulcio puts into certificates for them.

/** The identities that tokens can be for: an e-mail address, a CI workflow. */
export const identityKinds = ["email", "workflow"] as const;

/** Claims of a token for an e-mail address; the certificate names the address. */
export const emailClaims = (email: string) => ({ sub: email, email, email_verified: true });

/** Claims of a token as a forge gives to a release workflow; the certificate names the workflow as a URI. */
export const workflowClaims = (repository: string, workflow: string) => ({
  sub: `repo:${repository}:ref:refs/tags/v1`,
  repository,
  repository_id: "1",
  repository_owner: repository.split("/")[0],
  repository_owner_id: "2",
  repository_visibility: "public",
  job_workflow_ref: `${repository}/.github/workflows/${workflow}@refs/tags/v1`,
  job_workflow_sha: "0123456789abcdef0123456789abcdef01234567",
  workflow_ref: `${repository}/.github/workflows/${workflow}@refs/tags/v1`,
  workflow_sha: "0123456789abcdef0123456789abcdef01234567",
  workflow: "release",
  sha: "0123456789abcdef0123456789abcdef01234567",
  ref: "refs/tags/v1",
  event_name: "push",
  runner_environment: "self-hosted",
  run_id: "3",
  run_attempt: "1",
});

/** Where a workflow certificate's URI starts. */
export const workflowUrl = "https://github.com";
