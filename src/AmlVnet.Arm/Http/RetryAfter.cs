using System.Globalization;
using Azure;

namespace AmlVnet.Arm.Http;

/// <summary>When a service wants to be asked again: in seconds, or at a date.</summary>
internal static class RetryAfter
{
    /// <summary>The span that an answer asks for; null where it asks for none, or in words that are none of the protocol's.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="now">The cloud's time, from which a date counts.</param>
    internal static TimeSpan? Read(Response response, DateTimeOffset now) => Read(TextIn(response), now);

    /// <summary>What an answer says, to be read later.</summary>
    internal static string? TextIn(Response response) => response.Headers.TryGetValue("Retry-After", out var text) ? text : null;

    /// <inheritdoc cref="Read(Response, DateTimeOffset)"/>
    internal static TimeSpan? Read(string? text, DateTimeOffset now)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(3650).TotalSeconds));
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date > now ? date - now : TimeSpan.Zero
            : null;
    }
}
