using System.Runtime.CompilerServices;
using AutoGpt.Sdk;

namespace EmbeddedAgent;

/// <summary>A run's events, those that happened and those to come. All are read from the journal: whoever comes back with the number of the last one misses none and gets none twice.</summary>
internal static class RunEvents
{
    public static async IAsyncEnumerable<AgentEvent> FollowAsync(
        this RunService runs, IRunJournal journal, string id, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? changed = runs.Changed(id);
            await foreach (AgentEvent happened in journal.ReadAsync(id, cancellationToken))
            {
                if (happened.Sequence > after)
                {
                    after = happened.Sequence;
                    yield return happened;
                }
            }

            if (changed is null)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }
}
