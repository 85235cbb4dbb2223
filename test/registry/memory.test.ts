import { createMemoryStore } from "../../src/registry/memory.ts";
import { describeObjectStore } from "./object-store-contract.ts";

describeObjectStore("memory", async () => createMemoryStore());
