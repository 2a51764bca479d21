using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// The gate's leave to make one call, once, with the arguments that were decided about: whoever holds it gets those arguments
/// from it, and cannot give others.
/// </summary>
public sealed class ActionPermit
{
    private readonly JsonObject _arguments;
    private int _used;

    internal ActionPermit(ActionRequest request) => (Tool, _arguments) = (request.Tool, Copy(request.Arguments));

    /// <summary>The tool that may be called.</summary>
    public string Tool { get; }

    /// <summary>Takes the arguments and uses the permit up. Thread-safe: one caller gets them.</summary>
    /// <exception cref="InvalidOperationException">The permit was used before.</exception>
    public JsonObject Redeem() => Interlocked.Exchange(ref _used, 1) == 0
        ? _arguments
        : throw new InvalidOperationException($"The permit for '{Tool}' was used before: each call needs its own.");

    internal static JsonObject Copy(JsonObject arguments) => arguments.DeepClone().AsObject();
}
