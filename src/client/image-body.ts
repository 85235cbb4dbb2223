// What an application has of an image, as the body of a request. The name of a file never travels: it may be a patient's.

import type { RequestBody } from "./transport/message.ts";

/** React Native's way to name a picture that it need not read into memory. */
export type ImageFile = { uri: string; type?: string };

/** A File is a Blob; Node's Buffer is a view. */
export type ImageSource = Blob | ArrayBuffer | ArrayBufferView | ImageFile;

export type EncodedBody = { body: RequestBody; headers: Record<string, string> };

export function isImageFile(image: ImageSource): image is ImageFile {
  // Callers without types may give a path or nothing.
  if (typeof image !== "object" || image === null) throw new TypeError("an image is a Blob, bytes, or { uri }");
  return "uri" in image;
}

export const toBlob = (image: Exclude<ImageSource, ImageFile>): Blob =>
  image instanceof Blob ? image : new Blob([image as ArrayBuffer]);

/** The raw bytes, or a form where the platform must read the file itself. */
export function toBody(image: ImageSource): EncodedBody {
  if (isImageFile(image)) return toForm([image]);
  // The service looks at the bytes, but React Native on Android sends none without a type.
  const type = image instanceof Blob && image.type.startsWith("image/") ? image.type : "application/octet-stream";
  return { body: image, headers: { "content-type": type } };
}

/** A form with one part an image, in order. The platform adds the type with its boundary. */
export function toForm(images: readonly ImageSource[]): EncodedBody {
  const form = new FormData();
  for (const image of images) {
    if (isImageFile(image)) {
      const { uri, type = "application/octet-stream" } = image;
      form.append("image", { uri, type, name: "image" } as unknown as Blob);
    } else {
      form.append("image", toBlob(image), "image");
    }
  }
  return { body: form, headers: {} };
}
