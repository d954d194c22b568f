#!/bin/sh
# Verifies a manifest with openssl, jq and sha256sum alone: sh verify-with-openssl.sh MANIFEST PUBLIC_KEY...
# Each PUBLIC_KEY is a .pub.json; each must have signed. Run it where the folder "blobs" lies beside the manifest.
set -eu
manifest=$1 && shift
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
jq -r .payload "$manifest" | base64 -d > "$work/payload"
type=$(jq -r .payloadType "$manifest")
{ printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(wc -c < "$work/payload")"; cat "$work/payload"; } > "$work/signed"
for key in "$@"; do
  jq -r '"-----BEGIN PUBLIC KEY-----\n\(.publicKey)\n-----END PUBLIC KEY-----"' "$key" > "$work/key.pem"
  jq -r --arg id "$(jq -r .keyId "$key")" '.signatures[] | select(.keyid == $id) | .sig' "$manifest" | base64 -d > "$work/sig"
  openssl pkeyutl -verify -pubin -inkey "$work/key.pem" -rawin -in "$work/signed" -sigfile "$work/sig"
done
jq -r '.predicate.pins[] | "\(.sha256)  blobs/sha256-\(.sha256)"' "$work/payload" > "$work/sums"
(cd "$(dirname "$manifest")" && sha256sum --check --quiet "$work/sums")
