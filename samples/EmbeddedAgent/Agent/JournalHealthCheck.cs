using AutoGpt.Sdk;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EmbeddedAgent;

/// <summary>Without its journal the app can neither begin a run nor tell of one.</summary>
internal sealed class JournalHealthCheck(IRunJournal journal) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (RunSummary _ in journal.ListAsync(cancellationToken))
            {
                break;
            }

            return HealthCheckResult.Healthy();
        }
        catch (AutoGptException error)
        {
            return HealthCheckResult.Unhealthy("The journal cannot be read.", error);
        }
    }
}
