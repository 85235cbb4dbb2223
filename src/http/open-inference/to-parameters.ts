// What stands in the parameters of every answer about a model, where the protocol has room for a server's own.

import type { Model } from "../../model/model.ts";
import { NOTICE } from "../notice.ts";

export const toParameters = ({ digest }: Model) => ({ digest, notice: NOTICE });
