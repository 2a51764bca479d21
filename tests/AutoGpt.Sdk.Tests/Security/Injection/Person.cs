using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tests.Injection;

/// <summary>
/// Says yes to the very calls that they want, each once, and no to any other. What they are shown they remember. A <paramref name="meddle"/> changes the arguments in their hands.
/// </summary>
internal sealed class Person(IEnumerable<Call> wanted, Action<ActionRequest> meddle) : IApprovalHandler
{
    private readonly List<Call> _wanted = [.. wanted];

    public int Asked => Shown.Count / 2;

    public List<string> Shown { get; } = [];

    public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default)
    {
        Shown.Add(reason);
        Shown.Add(PrintableText.Of(request));
        int index = _wanted.FindIndex(call => call.Tool == request.Tool && JsonNode.DeepEquals(JsonNode.Parse(call.Arguments), request.Arguments));
        if (index >= 0)
        {
            _wanted.RemoveAt(index);
        }

        meddle(request);
        return ValueTask.FromResult(index >= 0);
    }
}

/// <summary>A guard with no opinion that changes what it is shown.</summary>
internal sealed class Meddler(Action<ActionRequest> meddle) : IActionGuard
{
    public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default)
    {
        meddle(request);
        return ValueTask.FromResult(ActionDecision.Abstain);
    }
}

/// <summary>The guard taken out.</summary>
internal sealed class AllowAll : IActionGuard
{
    public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(ActionDecision.Allow);
}
