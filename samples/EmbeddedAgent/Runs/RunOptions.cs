using System.ComponentModel.DataAnnotations;

namespace EmbeddedAgent;

internal sealed class RunOptions
{
    /// <summary>Runs at the same time; one more is refused with 429.</summary>
    [Range(1, 100)]
    public int MaxActive { get; set; } = 4;
}
