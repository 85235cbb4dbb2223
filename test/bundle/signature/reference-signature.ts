// What the reference tool, model_signing 1.1.1, wrote with `model_signing sign key --ignore-paths model/examples model`
// over a folder of bundle.json (this manifest), model.json (the text {"format":"graph-model"} and a newline),
// weights.bin (the bytes 1, 2, 3, 4) and examples/a.txt, and the public half of the key that OpenSSL had made for it.

export const referencePublicKeyPem = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEO3OyKArYdFC5EY1ndBMcizj3Aq7H
cme7g6tajuiq6gObDPMggS0eQMNAzYmfcJ+iK8O1bkRj9LUQNwhatpgWHg==
-----END PUBLIC KEY-----
`;

export const referenceManifest = `{
  "schemaVersion": 1,
  "name": "two-shades",
  "version": "1.0.0",
  "title": "Dark or light",
  "task": "multiclass",
  "labels": [{ "name": "dark" }, { "name": "light" }],
  "input": {
    "height": 1,
    "width": 1,
    "colour": "grey",
    "resize": { "mode": "stretch", "filter": "area" },
    "background": 0,
    "scale": 1,
    "mean": [0],
    "standardDeviation": [1],
    "maxBytes": 1024,
    "maxPixels": 1024
  },
  "graph": { "file": "model.json", "input": "x", "logits": "y" },
  "calibration": { "method": "none" },
  "decision": { "policy": "argmax", "abstention": {} },
  "files": [
    { "path": "model.json", "bytes": 25, "sha256": "df28ae0d718d82a1ff7aed1191102abb289d613b93fbf1be4b9567d05a599e7c" },
    { "path": "weights.bin", "bytes": 4, "sha256": "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a" }
  ],
  "training": {
    "dataset": { "name": "shades", "sha256": "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a", "licence": "CC0", "citation": "none" },
    "recipe": "shades",
    "seed": 1,
    "epochs": 1,
    "batchSize": 1,
    "validationSplit": 0,
    "bestEpoch": 0,
    "revision": "unknown"
  },
  "licence": "CC0",
  "intendedUse": "A test.",
  "limitations": ["It is a test."]
}
`;

export const referenceSignature =
  '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"3cece49f0b053203ed0411c8066880b8625c4c72a81d9f5aac37045802b41b20"},"tlogEntries":[]},"dsseEnvelope":{"payload":"ewogICJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwKICAic3ViamVjdCI6IFsKICAgIHsKICAgICAgIm5hbWUiOiAibW9kZWwiLAogICAgICAiZGlnZXN0IjogewogICAgICAgICJzaGEyNTYiOiAiNTM5Mjc3ZGRhOTE4MjBlZmJjMDRhNzc0ZmRlMGFlN2IzZmJjNjA4NWViZmM3Y2U5M2UxOTc0YTc4ZDRhMzE0NyIKICAgICAgfQogICAgfQogIF0sCiAgInByZWRpY2F0ZVR5cGUiOiAiaHR0cHM6Ly9tb2RlbF9zaWduaW5nL3NpZ25hdHVyZS92MS4wIiwKICAicHJlZGljYXRlIjogewogICAgInNlcmlhbGl6YXRpb24iOiB7CiAgICAgICJtZXRob2QiOiAiZmlsZXMiLAogICAgICAiaGFzaF90eXBlIjogInNoYTI1NiIsCiAgICAgICJhbGxvd19zeW1saW5rcyI6IGZhbHNlLAogICAgICAiaWdub3JlX3BhdGhzIjogWwogICAgICAgICIuZ2l0aHViIiwKICAgICAgICAiLmdpdCIsCiAgICAgICAgImV4YW1wbGVzIiwKICAgICAgICAibW9kZWwuc2lnIiwKICAgICAgICAiLmdpdGlnbm9yZSIsCiAgICAgICAgIi5naXRhdHRyaWJ1dGVzIgogICAgICBdCiAgICB9LAogICAgInJlc291cmNlcyI6IFsKICAgICAgewogICAgICAgICJuYW1lIjogImJ1bmRsZS5qc29uIiwKICAgICAgICAiZGlnZXN0IjogIjM3YTFiNWQ3NzEwNzU0MTcyZGMyZjU2ZGM1NTk1ZmNiMGVlYzU2YWRiMGIwYWNkMjFlNjViNTJhNmIwZDYzNGQiLAogICAgICAgICJhbGdvcml0aG0iOiAic2hhMjU2IgogICAgICB9LAogICAgICB7CiAgICAgICAgIm5hbWUiOiAibW9kZWwuanNvbiIsCiAgICAgICAgImRpZ2VzdCI6ICJkZjI4YWUwZDcxOGQ4MmExZmY3YWVkMTE5MTEwMmFiYjI4OWQ2MTNiOTNmYmYxYmU0Yjk1NjdkMDVhNTk5ZTdjIiwKICAgICAgICAiYWxnb3JpdGhtIjogInNoYTI1NiIKICAgICAgfSwKICAgICAgewogICAgICAgICJuYW1lIjogIndlaWdodHMuYmluIiwKICAgICAgICAiZGlnZXN0IjogIjlmNjRhNzQ3ZTFiOTdmMTMxZmFiYjZiNDQ3Mjk2YzliNmYwMjAxZTc5ZmIzYzUzNTZlNmM3N2U4OWI2YTgwNmEiLAogICAgICAgICJhbGdvcml0aG0iOiAic2hhMjU2IgogICAgICB9CiAgICBdCiAgfQp9","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"MEUCIQCps3lhcO0AkLD6LO0I4RTZPb9gbdkJnAOhuf7QgK92PwIgKGxlgumCtdLTQ1qPx4NBzA3trtxjyTH8K63ndaQUaoA=","keyid":""}]}}';
