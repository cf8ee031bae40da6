// Package config reads the relay's settings from the environment.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// Route connects the name in a webhook's path with its target.
type Route struct {
	Target string
	Secret []byte
}

// Config is everything that can be set.
type Config struct {
	Addr      string
	Routes    map[string]Route
	QueueSize int
}

// FromEnv reads the configuration; the error names the variable that is wrong.
func FromEnv() (Config, error) {
	cfg := Config{Addr: ":8080", QueueSize: 1000}

	if raw := os.Getenv("RELAY_ADDR"); raw != "" {
		cfg.Addr = raw
	}
	if raw := os.Getenv("RELAY_QUEUE_SIZE"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 {
			return Config{}, fmt.Errorf("RELAY_QUEUE_SIZE: %q is not a positive number", raw)
		}
		cfg.QueueSize = n
	}

	routes, err := parseRoutes(os.Getenv("RELAY_ROUTES"))
	if err != nil {
		return Config{}, fmt.Errorf("RELAY_ROUTES: %w", err)
	}
	cfg.Routes = routes
	return cfg, nil
}

// parseRoutes reads "name=url,name=url" and looks up the secret of each route.
func parseRoutes(raw string) (map[string]Route, error) {
	if raw == "" {
		return nil, errors.New("is not set")
	}
	routes := make(map[string]Route)
	for _, pair := range strings.Split(raw, ",") {
		name, target, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok {
			return nil, fmt.Errorf("%q is not name=url", pair)
		}
		parsed, err := url.Parse(target)
		if err != nil || parsed.Host == "" {
			return nil, fmt.Errorf("route %s: %q is not an absolute url", name, target)
		}
		secret := os.Getenv("RELAY_SECRET_" + strings.ToUpper(name))
		if secret == "" {
			return nil, fmt.Errorf("route %s has no secret", name)
		}
		routes[name] = Route{Target: target, Secret: []byte(secret)}
	}
	return routes, nil
}
