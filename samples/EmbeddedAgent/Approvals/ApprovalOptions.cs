using System.ComponentModel.DataAnnotations;

namespace EmbeddedAgent;

internal sealed class ApprovalOptions
{
    /// <summary>How long a question stays open; then the call is refused. The run's own time goes on meanwhile.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);
}
