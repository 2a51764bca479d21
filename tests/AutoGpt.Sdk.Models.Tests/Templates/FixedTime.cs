namespace AutoGpt.Sdk.Models.Tests;

/// <summary>A clock that stands at half past twelve on 26 July 2024.</summary>
internal sealed class FixedTime : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(2024, 7, 26, 12, 30, 45, TimeSpan.Zero);
}
