using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>A tool that asks the gate before each call. It hands out nothing that would lead round the gate.</summary>
internal sealed class ProtectedFunction(ActionGate gate, AIFunction tool, string caller) : DelegatingAIFunction(tool)
{
    private int _calls;

    // Whoever looks for the tool inside, or for its wish to be approved, finds neither: the gate asks.
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        ActionRequest request = new(caller, Interlocked.Increment(ref _calls), Name, []);
        try
        {
            request = request with { Arguments = Read(arguments) };
        }
        catch (Exception error) when (error is NotSupportedException or InvalidOperationException or JsonException)
        {
            throw new ActionRefusedException(await gate.RefuseAsync(request, $"The arguments of '{Name}' cannot be checked: {error.Message}").ConfigureAwait(false));
        }

        (ActionPermit? permit, string? reason) = await gate.RequestAsync(InnerFunction, request, cancellationToken).ConfigureAwait(false);
        if (permit is null)
        {
            throw new ActionRefusedException(reason!);
        }

        AIFunctionArguments decided = ToolValue.ToArguments(permit.Redeem(), idempotencyKey: "", arguments.Services);
        decided.Context = arguments.Context;
        StepStatus status = StepStatus.Failed;
        try
        {
            object? result = await InnerFunction.InvokeAsync(decided, cancellationToken).ConfigureAwait(false);
            status = StepStatus.Succeeded;
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            status = StepStatus.Cancelled;
            throw;
        }
        finally
        {
            await gate.EndAsync(permit, status).ConfigureAwait(false);
        }
    }

    private JsonObject Read(AIFunctionArguments arguments)
    {
        JsonObject read = [];
        foreach ((string name, object? value) in arguments)
        {
            read.Add(name, value switch
            {
                null => null,
                JsonNode node => node.DeepClone(),
                JsonElement element => JsonNode.Parse(element.GetRawText()),
                _ => JsonSerializer.SerializeToNode(value, JsonSerializerOptions.GetTypeInfo(value.GetType())),
            });
        }

        return read;
    }
}
