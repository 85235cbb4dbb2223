// What a map looks like in an answer: numbers with an overlay beside them, or the overlay alone.

import { toBase64 } from "../../../base/bytes.ts";
import type { Explained, Explanation } from "../../../explain/explain.ts";
import { encodePng } from "../../../image/png/encode-png.ts";
import type { Model } from "../../../model/model.ts";
import type { ServedModel } from "../../../registry/cache/model-cache.ts";
import { NOTICE } from "../../notice.ts";
import { toNamedLabel } from "../answers.ts";
import type { ExplanationAnswer } from "../schemas.ts";

/** What most readers of such maps get wrong (Saporta et al. 2022, "Benchmarking saliency methods for chest X-ray"). */
export const CAUTION =
  "A map shows which parts of the image moved this model's score for the label. It does not show where disease is.";

/** Float32 sums say no more. */
const SIGNIFICANT_DIGITS = 5;

export async function toExplanation(explanation: Explanation, model: Model): Promise<ExplanationAnswer> {
  const { method, label, occlusions, map, range, area } = explanation;
  return {
    method,
    ...toNamedLabel(label),
    height: map.height,
    width: map.width,
    values: Array.from(map.values, round),
    range: { minimum: round(range.minimum), maximum: round(range.maximum) },
    area,
    occlusions,
    overlay: `data:image/png;base64,${toBase64(await encodeOverlay(explanation, model))}`,
    caution: CAUTION,
  };
}

/** The overlay alone says in its headers, and in the file, which model made it. */
export async function toOverlayResponse({ explanation, decision }: Explained, model: ServedModel): Promise<Response> {
  const { manifest, digest, channel } = model;
  return new Response(await encodeOverlay(explanation, model), {
    headers: {
      "content-type": "image/png",
      vary: "accept",
      "edgescope-model": manifest.name,
      "edgescope-version": manifest.version,
      "edgescope-digest": digest,
      ...(channel !== undefined && { "edgescope-channel": channel }),
      "edgescope-outcome": decision.outcome,
      // A label may have any character, a header may not.
      "edgescope-label": encodeURIComponent(explanation.label.name),
      "edgescope-method": explanation.method,
      "edgescope-notice": `${NOTICE} ${CAUTION}`,
    },
  });
}

/** The keywords are PNG's own (third edition, section 11.3.3.2). */
const encodeOverlay = ({ overlay }: Explanation, { manifest, digest }: Model): Promise<Uint8Array<ArrayBuffer>> =>
  encodePng(overlay, {
    Software: "Edgescope",
    Source: `${manifest.name} ${manifest.version} ${digest}`,
    Disclaimer: NOTICE,
    Warning: CAUTION,
  });

const round = (value: number): number => Number(value.toPrecision(SIGNIFICANT_DIGITS));
