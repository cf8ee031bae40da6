"""Which toolset a model is offered, and how it calls; single functions are compared with Continue's in test_vectors.py."""

from __future__ import annotations

import pytest

from builder.errors import UsageError
from builder.tool_spec import CONTINUE_TOOLSETS
from builder.toolkits.continue_core.mcp_names import names_given_twice, tool_name
from builder.toolkits.continue_core.model_support import (
    Offer,
    has_native_calls,
    known_providers,
    toolset_for,
)


@pytest.mark.parametrize(
    ("provider", "model", "ide", "calls", "cli"),
    [
        ("ollama", "qwen3-coder:30b", "open", "native", "capable"),
        ("ollama", "gemma3:4b", "open", "text", "open"),
        ("ollama", "functiongemma", "open", "text", "open"),
        ("ollama", "hf.co/bartowski/Llama-3.2-3B-GGUF", "open", "text", "capable"),
        ("lmstudio", "Meta-Llama-3.1-8B-Instruct", "open", "native", "capable"),
        ("openai", "qwen3-coder", "open", "text", "capable"),
        ("openai", "gpt-5", "recommended", "native", "capable"),
        ("anthropic", "claude-sonnet-4-5", "recommended", "native", "capable"),
        ("llamafile", "mistral-7b", "open", "text", "capable"),
    ],
)
def test_a_model_gets_the_toolsets_that_continue_offers_it(
    provider: str, model: str, ide: str, calls: str, cli: str
) -> None:
    offer = toolset_for(provider, model)
    assert offer == Offer(f"continue-ide/{ide}", offer.ide_calls, f"continue-cli/{cli}", "native")
    assert offer.ide_calls == calls
    assert {offer.ide, offer.cli} <= set(CONTINUE_TOOLSETS)


def test_the_configuration_has_the_last_word_on_native_calls() -> None:
    assert has_native_calls("ollama", "gemma3", declared=True)
    assert not has_native_calls("ollama", "qwen3", declared=False)


def test_a_title_makes_a_model_capable_in_the_terminal_program_alone() -> None:
    offer = toolset_for("ollama", "phi4", title="GPT-5 at home")
    assert (offer.ide, offer.cli) == ("continue-ide/open", "continue-cli/capable")


def test_every_provider_knows_a_model_without_native_calls() -> None:
    assert len(known_providers()) == 21
    assert not any(has_native_calls(provider, "unheard-of") for provider in known_providers())


def test_a_tool_of_an_mcp_server_has_another_name_in_each_client() -> None:
    assert tool_name("ide", "My Server", "list") == "my_server_list"
    assert tool_name("cli", "My Server", "list") == "list"
    with pytest.raises(UsageError, match="unknown surface 'web'"):
        tool_name("web", "My Server", "list")


def test_names_that_two_tools_have_are_found() -> None:
    assert names_given_twice(["b", "a", "b", "c", "a", "b"]) == ["b", "a"]
