// Package signing makes and checks the signatures of webhooks.
package signing

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Header carries the signature, on the way in and on the way out.
const Header = "X-Relay-Signature"

// Tolerance is how far a signature's timestamp may be from our clock.
const Tolerance = 5 * time.Minute

var (
	ErrMalformed = errors.New("malformed signature")
	ErrExpired   = errors.New("signature timestamp out of tolerance")
	ErrMismatch  = errors.New("signature does not match")
)

// Sign returns the header value for body, signed at t.
func Sign(secret, body []byte, t time.Time) string {
	stamp := strconv.FormatInt(t.Unix(), 10)
	return "t=" + stamp + ",v1=" + digest(secret, body, stamp)
}

// Verify checks a header value against body.
func Verify(secret, body []byte, header string, now time.Time) error {
	stamp, signature, ok := parse(header)
	if !ok {
		return ErrMalformed
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return ErrMalformed
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > Tolerance || age < -Tolerance {
		return ErrExpired
	}
	if signature != digest(secret, body, stamp) {
		return ErrMismatch
	}
	return nil
}

func parse(header string) (stamp, signature string, ok bool) {
	for _, part := range strings.Split(header, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch key {
		case "t":
			stamp = value
		case "v1":
			signature = value
		}
	}
	return stamp, signature, stamp != "" && signature != ""
}

func digest(secret, body []byte, stamp string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
