using System.Text.Encodings.Web;
using System.Text.Json;

namespace TrainMini.Goals;

internal static class PlanText
{
    /// <summary>Compact, and nothing escaped that JSON lets stand: what a planner copies looks as it did in the goal.</summary>
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
