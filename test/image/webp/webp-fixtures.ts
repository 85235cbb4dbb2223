// WebPs of 16 x 8 pixels that were made with Pillow 13.0 and libwebp 1.6.0 in Python:
//   rgb = Image.new("RGB", (16, 8)); rgb.putdata([(16 * x, 32 * y, 255 - 16 * x) for y in range(8) for x in range(16)])
//   alpha = Image.frombytes("L", (16, 8), bytes(8 * x + 16 * y for y in range(8) for x in range(16)))
//   rgba = rgb.copy(); rgba.putalpha(alpha); exif = Image.Exif(); exif[0x112] = 6
//   two = Image.new("RGB", (16, 8), (200, 40, 90)); two.paste((10, 220, 60), (8, 0, 16, 8))
//   rgb.save("x.webp", lossless=True | quality=90, exact=True, exif=exif, icc_profile=b"x" * 33, xmp=b"<x/>",
//            save_all=True, append_images=[two]), each with the options that its description asks for
// and their pixels: Image.open("x.webp").convert("RGB" | "RGBA").tobytes()

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** `rgb`, lossless. */
export const losslessWebp = fromBase64("UklGRi4AAABXRUJQVlA4TCEAAAAvD8ABALmM6H/sChGF739ASECY4v9RSR+Iw//HBCBV2wEA");

/** `rgba`, lossless. */
export const losslessAlphaWebp = fromBase64(
  "UklGRjQAAABXRUJQVlA4TCcAAAAvD8ABELmM6H/sChGF739ASECY4v9RSR+Iw/8LadPQ7pBMAKKqvQMA",
);

/** `two`, lossless: a palette of two colours, eight pixels in one. */
export const paletteWebp = fromBase64("UklGRigAAABXRUJQVlA4TBwAAAAvD8ABAA9wJu4r+N6DZ/6jBWLBZP7SnSlE9D9y");

/** `rgb`, lossy. */
export const lossyWebp = fromBase64(
  "UklGRmwAAABXRUJQVlA4IGAAAABQAwCdASoQAAgAAMASJbACdLoB+AFGA+wDdANH/A9Ee3nBAAD+/tZXnUvq/NI/mRYzedR6YX/xN4FyoDL5+E+X/ZZc" +
    "X5d/6LZn93/tB2/gezfsQafA9m/sd4qX//9gIAA=",
);

/** What Pillow decodes it to. */
export const lossyPixels = fromBase64(
  "AAXxBAbpFAnYJQjIOQW4SQOoWQeXZweHdwV5hwRplghYpQdIuQQ4ygIo2gYX4QcPBiD7DyHzHiThLyPSQx/CUh+yYiKgcSGQgiCDjyBznyNhsCJSxB5C" +
    "1B0y5CAg6yIZBD/2DUDuHUPfLULNQD+/UD6tYEGeb0GOfkB+jT9unUJfrkFNwj4/0z0t4j8e6kEWBl/4DWHwH2TeLmPOQGG/UV+vYmGfcmGPgWCAjmBw" +
    "oGNesGFOw18/014v42Af7GIXBn33DX/vHYLgLoHOQH7AUX2uYn+fcX+PgX6Bjn5vn4BgsH9Own1A0nwu434f7H8XB574EKDxH6PfL6LPQp/AU56wY6Cg" +
    "cqCQgZ+BkJ9xoKJfsaBPw55A1J0w5J8g7KEYBb70Dr/sHsLcLcHNQb69Ub2tYcCbb8CMf75+j75snsFcrcBNwb090rwt4r8b68AUD9n9GNr2KN3mN9zW" +
    "S9nHXNe3a9uleduVitmGmdl2qdxmuNtWzNhH3NY37Nol9dsd",
);

/** `rgba`, lossy, with its alpha in an ALPH chunk. */
export const lossyAlphaWebp = fromBase64(
  "UklGRqIAAABXRUJQVlA4WAoAAAAQAAAADwAABwAAQUxQSBQAAAAFFzAIEREGQbaN5Hp/nRtE9D/CLlZQOCBoAAAAUAMAnQEqEAAIAADAEiWwAnS6AfgB" +
    "RgPsA3QDR/wPRHt5wQAA/v6RlGiKSZhpjbRG/66TUw2Dc3AeMAKB/+F83fa2W+fhPl/2WXF+Xf+lGdjx/7Qdv4Hs37EGnwPZv7Hd+H//RfeAAAA=",
);

/** What Pillow decodes it to. */
export const lossyAlphaPixels = fromBase64(
  "RE//AAkN5AgVDNEQIwe9GDgFryBJBaAoWQiPMGcIgTh3BXdAhwRpSJYIWFClB0hYuQQ4YMoCKGjaBhdw4QcPeAcj8hAPI+kYHCPXIC8kyShBHrkwUR+p" +
    "OGAhmEBwIYlIgB+AUI4fclieImBgryBQaMIdQXDTHDF44x8fgOohF4gKRvYgE0fuKB9H2zAtQ8k4PT63QE8+qEheQJVQbkGHWH0/fWCMPm1onEFdcK1A" +
    "THjBPD6A0TssiOE+HJDoQBWYBV/yMBFm7TgbYddALGLISD9gu1BRYKtYYmKbYHJii2iBYX5wjmBweKBjXoCwYU6Iw18/kNNeL5jjYB+g7GIXqAZ990AN" +
    "gO1IHYPeUC6BzlhAf75gUn6vaGOBoHBzgI54gn+AgI9/cIihgWGQsYBPmMR+QaDTfS+o5IAgsO2BGLgHnvhQEKDxWB+i4WAvos9oQp/CcFSfsXhkoqGA" +
    "c6GSiIKggpCRoHKYoaNgoLKiUajEn0Gw1Z4xuOWhIcDtohrIBb34YA6+8GgeweFwLcHPeEG9wYBTvbCIYsChkHDBj5iBv3+gkL9tqKDCXrCvwU64w74+" +
    "wNO9LsjjwB3Q7MEV2A/Y/3AY2fp4KNzqgDfb2ohL2MuQXdi8mG3bqqB63Jmoi9qJsJrad7iq3WfAudxYyM3ZSNDd2DjY7dsm4PbcH+g=",
);

/** `rgb`, lossless, with EXIF that has it turned by 90 degrees. */
export const turnedWebp = fromBase64(
  "UklGRmIAAABXRUJQVlA4WAoAAAAIAAAADwAABwAAVlA4TCEAAAAvD8ABALmM6H/sChGF739ASECY4v9RSR+Iw//HBCBV2wEARVhJRhoAAABNTQAqAAAA" +
    "CAABARIAAwAAAAEABgAAAAAAAA==",
);

/** `rgb`, lossless, with a profile and XMP. */
export const profiledWebp = fromBase64(
  "UklGRnYAAABXRUJQVlA4WAoAAAAkAAAADwAABwAASUNDUCEAAAB4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHgAVlA4TCEAAAAvD8ABALmM" +
    "6H/sChGF739ASECY4v9RSR+Iw//HBCBV2wEAWE1QIAQAAAA8eC8+",
);

/** The pixel 3, 3 of `rgb`, lossless. */
export const onePixelWebp = fromBase64("UklGRh4AAABXRUJQVlA4TBEAAAAvAAAAAAdQsML0uf+BiOh/AAA=");

/** The pixel 3, 3 of `rgb`, lossy. */
export const onePixelLossyWebp = fromBase64(
  "UklGRj4AAABXRUJQVlA4IDIAAADQAQCdASoBAAEAAMASJaACdLoB+AADsAD+9Sdf/0KH9Ch/Qof/PaP/r0fz0fz0f6hgAA==",
);

/** `rgb` and `two`, an animation. */
export const animatedWebp = fromBase64(
  "UklGRiQBAABXRUJQVlA4WAoAAAACAAAADwAABwAAQU5JTQYAAAAAAAAAAABBTk1GugAAAAAAAAAAAA8AAAcAAAAAAAJWUDhMoQAAAC8PwAEA/yMWTEKZ" +
    "v2v/QAgEkvxpN3j+25ADAACAuQKAgwAACFRVtm3btm3btu0i+h8ABIEhUBgcgUShMVgcHkAkkSlUGp3BZLE5XB6fIBSJJVKZXKFUqTVanV5gNJktVpvd" +
    "4XS5PV6f3xAMhSPRWDyRTKUz2Vw+UCyVK9VavdFstTvdXr8wHI0n09l8sVytN9vdfnA8nS/X2/3xfL0/39//AEFOTUY2AAAAAAAAAAAADwAABwAAAAAA" +
    "AFZQOEwdAAAALw/AAQAPcCbuK/jeg2f+owViwWT+0p0pRPQ/MgAA",
);
