// SPDX-License-Identifier: Apache-2.0
// Software that reports to its makers unless told not to, where nobody has told it. A variable counts where it reaches the
// software: in the same workload, or beside the program.

import { type Environments, isSet } from "./environment.ts";
import { imageName, parseImage } from "./image-reference.ts";
import type { KillSwitch } from "./kill-switch.ts";
import { type PhoneHomeProduct, phoneHomeProducts } from "./known.ts";
import type { Configuration, Place, Variable, Workload } from "./settings.ts";

export function detectPhoneHome(
  configuration: Configuration,
  environments: Environments,
): readonly KillSwitch[] {
  const { kind, workloads } = configuration;
  // What one stage of an image installs may run in another one.
  const stages = workloads.flatMap((workload) => environments.ofWorkload(workload));
  return [
    ...workloads.flatMap((workload) =>
      productsOf(workload).flatMap((product) =>
        judge(product, workload, kind === "dockerfile" ? stages : environments.ofWorkload(workload)),
      ),
    ),
    ...(kind === "dockerfile" ? [] : packagesOf(configuration, environments)),
  ];
}

/** What an image, a command line or an installed package shows to run. */
function productsOf({ images, words }: Workload): readonly PhoneHomeProduct[] {
  const names = images.flatMap(({ reference }) => {
    const image = parseImage(reference);
    return image === undefined ? [] : [imageName(image), image.repository];
  });
  const commands = words.map(({ text }) => (text.split("/").at(-1) ?? "").split(/[.=<>[]/, 1)[0] ?? "");
  return phoneHomeProducts.filter(
    (product) =>
      product.images.some((image) => names.includes(image)) ||
      product.commands.some((command) => commands.includes(command)) ||
      words.some(({ key, text }) => key === "RUN" && product.packages.includes(packageOf(text))),
  );
}

function packageOf(requirement: string): string {
  return (requirement.split(/[[=<>!~;@ ]/, 1)[0] ?? "").toLowerCase();
}

/** Packages that a program imports or a list asks for; each product once for a file. */
function packagesOf(configuration: Configuration, environments: Environments): readonly KillSwitch[] {
  const used = new Map<PhoneHomeProduct, Place>();
  for (const { name, path, line } of configuration.packages) {
    const product = phoneHomeProducts.find(({ packages }) => packages.includes(name));
    if (product !== undefined && !used.has(product)) {
      used.set(product, { path, line });
    }
  }
  return [...used].flatMap(([product, place]) => judge(product, place, environments.ofFile(configuration)));
}

function judge(
  product: PhoneHomeProduct,
  { path, line }: Place,
  variables: readonly Variable[],
): readonly KillSwitch[] {
  if (product.off.some(({ variable, values }) => isSet(variables, variable, values))) {
    return [];
  }
  const names = product.off.map(({ variable, values }) => `${variable}=${values[0] ?? ""}`);
  const how = names.length === 0 ? "no variable turns it off" : `unless ${names.join(" or ")} is set`;
  return [{ path, line, class: "phone-home", name: product.id, why: `${product.does}, ${how}` }];
}
