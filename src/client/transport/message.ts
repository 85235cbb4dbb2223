// One HTTP request and its answer, as either transport takes and gives them.

export type RequestBody = Blob | ArrayBuffer | ArrayBufferView | FormData;

export type OutgoingRequest = {
  method: "GET" | "POST";
  url: string;
  headers: Record<string, string>;
  body?: RequestBody | undefined;
  signal: AbortSignal;
  onUploadProgress?: OnUploadProgress | undefined;
};

export type IncomingAnswer = { status: number; header: (name: string) => string | null; text: string };

/** `loaded` of `total` bytes have left for the network; after a retry they are counted from 0 again. */
export type UploadProgress = { loaded: number; total: number };

export type OnUploadProgress = (progress: UploadProgress) => void;
