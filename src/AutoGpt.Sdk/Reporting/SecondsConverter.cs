using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoGpt.Sdk;

/// <summary>Writes a time as a number of seconds, to the last tick, for programs in any language.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        decimal seconds = reader.GetDecimal();
        return Math.Abs(seconds) < long.MaxValue / TimeSpan.TicksPerSecond ? new TimeSpan((long)(seconds * TimeSpan.TicksPerSecond)) : throw new JsonException("A time is out of range.");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue((decimal)value.Ticks / TimeSpan.TicksPerSecond);
}
