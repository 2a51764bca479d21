using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools;

/// <summary>A tool of this library. Its schema is written out, so that it needs no reflection.</summary>
internal sealed class DefinedTool : AIFunction
{
    private readonly ToolDefinition _definition;
    private readonly Workspace? _workspace;

    /// <param name="definition">What it does.</param>
    /// <param name="workspace">Bounds its results; a tool without one bounds them itself.</param>
    public DefinedTool(ToolDefinition definition, Workspace? workspace = null)
    {
        _workspace = workspace;
        _definition = definition;
        JsonSchema = definition.Schema();
        AdditionalProperties = new Dictionary<string, object?>
        {
            [ToolHints.ReadOnly] = definition.ReadOnly,
            [ToolHints.Idempotent] = definition.ReadOnly || definition.Idempotent,
            [ToolHints.TakesIdempotencyKey] = definition.TakesIdempotencyKey,
            ["x-forms"] = definition.FormSchemas(),
        };
    }

    public override string Name => _definition.Name;

    public override string Description => _definition.Description;

    public override JsonElement JsonSchema { get; }

    public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; }

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ToolArguments given = new(_definition, arguments);
        JsonNode result = await _definition.Body(given, cancellationToken).ConfigureAwait(false);
        // A text counts as it is, without the escapes of its JSON.
        string json = result.ToJsonString();
        _workspace?.EnsureBounded(Encoding.UTF8.GetByteCount(result.GetValueKind() == JsonValueKind.String ? result.GetValue<string>() : json));
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
