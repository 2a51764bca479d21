using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk;

/// <summary>A library that ends with the process. Thread-safe.</summary>
public sealed class InMemoryPlanLibrary : IPlanLibrary
{
    private readonly ConcurrentDictionary<string, PlanTemplate> _templates = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask SaveAsync(PlanTemplate planTemplate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(planTemplate);
        planTemplate.Validate();
        _templates[planTemplate.Name] = planTemplate;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<PlanTemplate?> FindAsync(string name, CancellationToken cancellationToken = default) => ValueTask.FromResult(_templates.GetValueOrDefault(name));

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string name, CancellationToken cancellationToken = default) => ValueTask.FromResult(_templates.TryRemove(name, out _));

    /// <inheritdoc/>
    public async IAsyncEnumerable<PlanTemplate> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (PlanTemplate template in _templates.Values.OrderBy(template => template.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return template;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }
}
