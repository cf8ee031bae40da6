package signing

import (
	"errors"
	"testing"
)

var (
	secret = []byte("s3cret")
	body   = []byte(`{"invoice":42}`)
)

func TestVerifyAcceptsOwnSignature(t *testing.T) {
	if err := Verify(secret, body, Sign(secret, body)); err != nil {
		t.Fatalf("Verify: %v", err)
	}
}

func TestVerifyRejects(t *testing.T) {
	if err := Verify(secret, body, ""); !errors.Is(err, ErrMalformed) {
		t.Errorf("empty header: got %v", err)
	}
	if err := Verify(secret, []byte("{}"), Sign(secret, body)); !errors.Is(err, ErrMismatch) {
		t.Errorf("changed body: got %v", err)
	}
}
