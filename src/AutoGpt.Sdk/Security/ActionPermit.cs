using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// The gate's leave to make one call, once, with the arguments that were decided about: whoever holds it gets those arguments
/// from it, and cannot give others.
/// </summary>
public sealed class ActionPermit
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly string _arguments;
    private int _used;
    private int _ended;

    /// <exception cref="JsonException">The arguments name something twice, or are nested deeper than 64.</exception>
    internal ActionPermit(ActionRequest request)
    {
        // As text, so that nothing anybody still holds can change it: neither a node nor what a node was made from.
        (Request, _arguments) = (request, request.Arguments.ToJsonString());
        Copy();
    }

    /// <summary>The tool that may be called.</summary>
    public string Tool => Request.Tool;

    /// <summary>The call as it was asked for. Its arguments may have changed since: <see cref="Copy"/> has those that count.</summary>
    internal ActionRequest Request { get; }

    /// <summary>The number under which the audit log keeps the decision; 0 without a log.</summary>
    internal long Decision { get; set; }

    /// <summary>Takes the arguments and uses the permit up. Thread-safe: one caller gets them.</summary>
    /// <exception cref="InvalidOperationException">The permit was used before.</exception>
    public JsonObject Redeem() => Interlocked.Exchange(ref _used, 1) == 0
        ? Copy()
        : throw new InvalidOperationException($"The permit for '{Tool}' was used before: each call needs its own.");

    /// <summary>The request with arguments that nobody else holds.</summary>
    internal ActionRequest CopyRequest() => Request with { Arguments = Copy() };

    internal JsonObject Copy() => JsonNode.Parse(_arguments, nodeOptions: null, Strict)!.AsObject();

    internal bool TryEnd() => Interlocked.Exchange(ref _ended, 1) == 0;
}
