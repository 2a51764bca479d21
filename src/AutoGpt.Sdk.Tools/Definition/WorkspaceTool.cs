using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools;

/// <summary>A built-in tool, bound to a workspace. Its schema is written out, so that it needs no reflection.</summary>
internal sealed class WorkspaceTool : AIFunction
{
    private readonly ToolDefinition _definition;

    public WorkspaceTool(ToolDefinition definition)
    {
        _definition = definition;
        JsonSchema = definition.Schema();
        AdditionalProperties = new Dictionary<string, object?>
        {
            ["readOnlyHint"] = definition.ReadOnly,
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
        using JsonDocument document = JsonDocument.Parse(result.ToJsonString());
        return document.RootElement.Clone();
    }
}
