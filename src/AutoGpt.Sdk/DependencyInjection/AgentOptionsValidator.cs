using Microsoft.Extensions.Options;

namespace AutoGpt.Sdk;

internal sealed class AgentOptionsValidator : IValidateOptions<AgentOptions>
{
    public ValidateOptionsResult Validate(string? name, AgentOptions options)
    {
        try
        {
            options.Validate();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException error)
        {
            return ValidateOptionsResult.Fail($"{nameof(AgentOptions)}: {error.Message}");
        }
    }
}
