using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tests.Injection;

/// <summary>A call that a model makes, as text: what is not quite JSON of one object must stay as the attacker wrote it.</summary>
internal sealed record Call(string Tool, string Arguments)
{
    public PlanStep AsStep(int number) => new(number, Tool, JsonNode.Parse(Arguments)!.AsObject());

    public Call With(string argument, JsonNode? value)
    {
        JsonObject arguments = JsonNode.Parse(Arguments)!.AsObject();
        arguments[argument] = value;
        return this with { Arguments = arguments.ToJsonString() };
    }

    public JsonNode? this[string argument] => JsonNode.Parse(Arguments)![argument];
}
