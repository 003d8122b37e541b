/**
 * Version of what controller and agent say to each other.
 *
 * To add a version: change the schemas so that older messages still parse (new fields optional,
 * nothing renamed), raise the number, and freeze examples of the new messages under
 * `fixtures/v<number>/`. Old fixtures are never edited: they are what agents in the field send.
 */
export const PROTOCOL_VERSION = 2;
