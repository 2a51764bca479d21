using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests;

/// <summary>A tool with a schema written out and a body that a test decides; it records its calls.</summary>
internal sealed class TestTool(string name, string schema, Func<JsonObject, CancellationToken, Task<object?>> body, bool readOnly = true, string? forms = null)
    : AIFunction
{
    public const string Empty = """{"type":"object","properties":{}}""";
    public const string Text = """{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}""";
    public const string Path = """{"type":"object","properties":{"path":{"type":"string","x-quotedAs":"path"}},"required":["path"]}""";

    private readonly List<string> _calls = [];

    public TestTool(string name, string schema = Empty, object? result = null, bool readOnly = true)
        : this(name, schema, (_, _) => Task.FromResult<object?>(result ?? name), readOnly)
    {
    }

    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public override string Name => name;

    public override string Description => "Does " + name + ".";

    public override JsonElement JsonSchema { get; } = JsonDocument.Parse(schema).RootElement;

    public JsonElement? Returns { get; init; }

    public override JsonElement? ReturnJsonSchema => Returns;

    public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } = Properties(readOnly, forms);

    public static TestTool Throwing(string name, string message) => new(name, Empty, (_, _) => throw new InvalidOperationException(message));

    /// <summary>A tool that never returns and pays no heed to cancellation.</summary>
    public static TestTool Deaf(string name) => new(name, Empty, (_, _) => new TaskCompletionSource<object?>().Task);

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        JsonObject given = [];
        foreach ((string key, object? value) in arguments)
        {
            given[key] = JsonNode.Parse(((JsonElement)value!).GetRawText());
        }

        lock (_calls)
        {
            _calls.Add(given.ToJsonString());
        }

        return await body(given, cancellationToken);
    }

    private static Dictionary<string, object?> Properties(bool readOnly, string? forms)
    {
        Dictionary<string, object?> properties = new() { ["readOnlyHint"] = readOnly };
        if (forms is not null)
        {
            properties["x-forms"] = JsonNode.Parse(forms)!.AsArray();
        }

        return properties;
    }
}
