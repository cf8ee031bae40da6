// Package signing makes and checks the signatures of webhooks.
package signing

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
)

// Header carries the signature, on the way in and on the way out.
const Header = "X-Relay-Signature"

var (
	ErrMalformed = errors.New("malformed signature")
	ErrMismatch  = errors.New("signature does not match")
)

// Sign returns the header value for body.
func Sign(secret, body []byte) string {
	return "v1=" + digest(secret, body)
}

// Verify checks a header value against body.
func Verify(secret, body []byte, header string) error {
	signature, ok := strings.CutPrefix(header, "v1=")
	if !ok {
		return ErrMalformed
	}
	if signature != digest(secret, body) {
		return ErrMismatch
	}
	return nil
}

func digest(secret, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
