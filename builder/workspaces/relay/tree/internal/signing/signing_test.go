package signing

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var (
	secret = []byte("s3cret")
	body   = []byte(`{"invoice":42}`)
	now    = time.Unix(1_717_400_000, 0)
)

func TestVerifyAcceptsOwnSignature(t *testing.T) {
	if err := Verify(secret, body, Sign(secret, body, now), now.Add(time.Minute)); err != nil {
		t.Fatalf("Verify: %v", err)
	}
}

func TestVerifyRejects(t *testing.T) {
	good := Sign(secret, body, now)
	tests := []struct {
		name   string
		header string
		body   []byte
		now    time.Time
		want   error
	}{
		{"empty header", "", body, now, ErrMalformed},
		{"no digest", "t=1717400000", body, now, ErrMalformed},
		{"timestamp not a number", "t=noon,v1=00", body, now, ErrMalformed},
		{"too old", good, body, now.Add(Tolerance + time.Second), ErrExpired},
		{"from the future", good, body, now.Add(-Tolerance - time.Second), ErrExpired},
		{"changed body", good, []byte(`{"invoice":43}`), now, ErrMismatch},
		{"changed digest", strings.Replace(good, "v1=", "v1=0", 1), body, now, ErrMismatch},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := Verify(secret, tt.body, tt.header, tt.now); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}
