// SPDX-License-Identifier: Apache-2.0
// Which statements of VEX documents are about a component, and whether one of them lets a vulnerability through. Anybody's
// word counts against a component; for it counts a signed one, by somebody whom the rule names.

import type { ListedComponent } from "../model/listed-component.ts";
import { meansPackage, type PackageUrl } from "../model/parsed-package-url.ts";
import type { SignedVex } from "../vulnerabilities/data.ts";
import type { VexProduct, VexStatement } from "../vulnerabilities/vex/statement.ts";
import type { VulnerabilityRule } from "./policy.ts";
import { isNamed } from "./signers.ts";

/** What a component belongs to: statements about the whole are about its parts. */
export interface WholeProduct {
  readonly purls: readonly PackageUrl[];
  readonly hashes: ReadonlySet<string>;
}

/** A component with its package URL, if it has one that can be read. */
export interface NamedComponent {
  readonly listed: ListedComponent;
  readonly purl?: PackageUrl;
}

/** A statement about a component. */
export interface StatementAbout {
  readonly statement: VexStatement;
  readonly product: VexProduct;
  readonly vex: SignedVex;
}

/** Every statement about the component, by itself or as a part of the product. */
export function statementsAbout(
  component: NamedComponent,
  whole: WholeProduct,
  documents: readonly SignedVex[],
): readonly StatementAbout[] {
  return documents.flatMap((vex) =>
    vex.content.statements.flatMap((statement) => {
      const product = statement.products.find((each) => isAbout(each, component, whole));
      return product === undefined ? [] : [{ statement, product, vex }];
    }),
  );
}

function isAbout(product: VexProduct, { listed, purl }: NamedComponent, whole: WholeProduct): boolean {
  const { parts } = product;
  const isWhole =
    (product.purl !== undefined &&
      whole.purls.some((each) => product.purl && meansPackage(product.purl, each))) ||
    product.hashes?.some((hash) => whole.hashes.has(hash)) === true;
  if (parts !== undefined) {
    return isWhole && purl !== undefined && parts.some((part) => meansPackage(part, purl));
  }
  const isItself =
    (purl !== undefined && product.purl !== undefined && meansPackage(product.purl, purl)) ||
    (product.ref !== undefined && product.ref === listed.link);
  return isWhole || isItself;
}

/** Why a statement lets the vulnerability through, in words; undefined if none does. */
export function lettingThrough(
  rule: VulnerabilityRule,
  ids: ReadonlySet<string>,
  about: readonly StatementAbout[],
): string | undefined {
  const named = about.filter(({ statement }) => statement.ids.some((id) => ids.has(id)));
  const against = named
    .filter(({ statement: { status } }) => status === "affected" || status === "under_investigation")
    .map(({ statement }) => Date.parse(statement.time));
  const newest = Math.max(...against, Number.NEGATIVE_INFINITY);
  const reasons = named
    .filter((each) => isAccepted(rule, each) && Date.parse(each.statement.time) > newest)
    .map(({ statement: { status, justification = "no reason stated" }, vex }) => {
      const signers = vex.signatures
        .map(({ signer }) => signer.identity)
        .filter((each) => isNamedIn(rule, each));
      return `${status} (${justification}), says ${[...new Set(signers)].sort().join(", ")} in ${vex.name}`;
    });
  return reasons.sort()[0];
}

function isAccepted(rule: VulnerabilityRule, { statement, product, vex }: StatementAbout): boolean {
  const { status: statuses = ["not_affected", "fixed"], justifications } = rule.vex ?? {};
  const { status, justification } = statement;
  const isJustified =
    status !== "not_affected" ||
    (justification !== undefined && (justifications === undefined || justifications.includes(justification)));
  return (
    (status === "not_affected" || status === "fixed") &&
    statuses.includes(status) &&
    isJustified &&
    product.isNarrower !== true &&
    vex.signatures.some(({ signer }) => isNamedIn(rule, signer.identity))
  );
}

const isNamedIn = ({ vex }: VulnerabilityRule, identity: string): boolean =>
  vex !== undefined && isNamed(vex.signedBy, identity);
