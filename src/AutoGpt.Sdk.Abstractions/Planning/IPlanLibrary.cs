namespace AutoGpt.Sdk;

/// <summary>Keeps plans that proved good, to be used again with other values. Implementations are thread-safe.</summary>
public interface IPlanLibrary
{
    /// <summary>Keeps a template, in place of one with the same name.</summary>
    /// <param name="planTemplate">The template.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentException">The template is not sound: <see cref="PlanTemplate.Validate"/>.</exception>
    ValueTask SaveAsync(PlanTemplate planTemplate, CancellationToken cancellationToken = default);

    /// <summary>Finds a template.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops searching.</param>
    /// <returns>The template, or null.</returns>
    /// <exception cref="AutoGptException">What is kept under the name cannot be read.</exception>
    ValueTask<PlanTemplate?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Removes a template.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> RemoveAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Lists all templates by name.</summary>
    /// <param name="cancellationToken">Stops listing.</param>
    /// <exception cref="AutoGptException">One of them cannot be read.</exception>
    IAsyncEnumerable<PlanTemplate> ListAsync(CancellationToken cancellationToken = default);
}
