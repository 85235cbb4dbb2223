// An answer of the Open Inference Protocol as a client reads it: binary data in the place of `data`.

/** `parameters` of an output stay as they came. */
export type Answer = { outputs?: { data: unknown }[]; parameters?: Record<string, string>; [field: string]: unknown };

type Output = { datatype: string; data?: unknown; parameters?: { binary_data_size: number } };

export async function readAnswer(response: Response): Promise<Answer> {
  const body = new Uint8Array(await response.arrayBuffer());
  const header = response.headers.get("inference-header-content-length");
  const json = body.subarray(0, header === null ? undefined : Number(header));
  const answer = JSON.parse(new TextDecoder().decode(json)) as Answer & { outputs?: Output[] };
  let at = json.length;
  for (const output of answer.outputs ?? []) {
    if (!output.parameters) continue;
    const end = at + output.parameters.binary_data_size;
    output.data = output.datatype === "FP32" ? toFloats(body.slice(at, end)) : toTexts(body.slice(at, end));
    at = end;
  }
  if (at !== body.length) throw new Error("the binary data is not as long as the outputs say");
  return answer;
}

const toFloats = (bytes: Uint8Array<ArrayBuffer>): number[] => [...new Float32Array(bytes.buffer)];

function toTexts(bytes: Uint8Array<ArrayBuffer>): string[] {
  const view = new DataView(bytes.buffer);
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + view.getUint32(at, true);
    texts.push(new TextDecoder().decode(bytes.subarray(at + 4, end)));
    at = end;
  }
  return texts;
}
