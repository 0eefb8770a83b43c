// SPDX-License-Identifier: Apache-2.0
// Names behind pseudonyms. An entry can never be changed, and people have a right to be forgotten: so the log has only a
// keyed hash of the name, and the name with its salt stays in the private folder. Where the salt is gone, the pseudonym
// means nobody; where it is kept, it proves who was meant.

import { createHmac, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isJsonArray, isJsonObject } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import type { ClaimedActor } from "./entry.ts";
import { type OnStep, replaceText } from "./log-writer.ts";
import { peopleName, privateFolder, readJsonObject } from "./private-folder.ts";

/** Whom the operating system names. */
export interface OsUser {
  readonly user: string;
  readonly host: string;
}

/** A person of a log. */
export interface Person extends OsUser {
  /** As entries call them. */
  readonly person: string;
  /** 32 bytes, hexadecimal. */
  readonly salt: string;
}

/**
 * The people of a log, as far as this machine knows them.
 * @throws {AibomError} CUSTODY_SETTINGS, SOURCE_*, JSON_*
 */
export function readPeople(directory: string): readonly Person[] {
  const path = join(privateFolder(directory), peopleName);
  if (!existsSync(path)) {
    return [];
  }
  const invalid = (reason: string): AibomError =>
    AibomError.of("CUSTODY_SETTINGS", { reason }, { where: { path } });
  const list = readJsonObject(path)["people"];
  if (!isJsonArray(list)) {
    throw invalid("it has no list of people");
  }
  return list.map((each) => {
    const { person, salt, user, host } = isJsonObject(each) ? each : {};
    if (
      typeof user !== "string" ||
      typeof host !== "string" ||
      typeof salt !== "string" ||
      typeof person !== "string" ||
      person !== pseudonym({ user, host }, salt)
    ) {
      throw invalid("a person is not the one that the pseudonym was made for");
    }
    return { person, salt, user, host };
  });
}

/**
 * The pseudonym of a user, which is made and kept if the user is new. Only while the log is locked.
 * @throws {AibomError} as `readPeople`
 */
export function claimedActor(directory: string, user: OsUser, onStep: OnStep): ClaimedActor {
  const people = readPeople(directory);
  const known = people.find((each) => each.user === user.user && each.host === user.host);
  if (known !== undefined) {
    return { by: "operating-system", person: known.person };
  }
  const salt = randomBytes(32).toString("hex");
  const added: Person = { person: pseudonym(user, salt), salt, ...user };
  const text = `${JSON.stringify({ v: 1, people: [...people, added] }, undefined, 2)}\n`;
  replaceText(privateFolder(directory), peopleName, text, onStep);
  return { by: "operating-system", person: added.person };
}

function pseudonym({ user, host }: OsUser, salt: string): string {
  const mac = createHmac("sha256", Buffer.from(salt, "hex")).update(`${user}\n${host}`).digest("hex");
  return `person-${mac.slice(0, 32)}`;
}
