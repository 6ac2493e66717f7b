using System.Globalization;

namespace AmlVnet.Simulator.Directory;

/// <summary>Finds out who asks, and asks for a bearer token that has not expired, where that was asked for.</summary>
/// <param name="state">The state, whose setting <c>requireAuthentication</c> asks for it too.</param>
/// <param name="required">Whether it is asked for in any case.</param>
internal sealed class Authentication(CloudState state, bool required) : IStep
{
    public Answer Take(Exchange exchange, Func<Answer> next)
    {
        if (required || state.Settings.Values.Flag("requireAuthentication") == true)
            Check(exchange.Request.Http.Header("Authorization"));
        try
        {
            state.SignedIn = TokenAuthority.ObjectIdOf(exchange.Request.Http.Header("Authorization"));
            return next();
        }
        finally
        {
            state.SignedIn = null;
        }
    }

    private void Check(string? header)
    {
        if (string.IsNullOrWhiteSpace(header))
            throw Refused("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || header.Length <= 7)
            throw Refused("AuthenticationFailedInvalidHeader",
                "Authentication failed. The 'Authorization' header is provided in an invalid format.");
        if (TokenAuthority.ExpiryOf(header[7..].Trim()) is { } expiry && expiry <= state.Clock.UtcNow && expiry <= DateTimeOffset.UtcNow)
            throw Refused("ExpiredAuthenticationToken",
                $"The access token expiry UTC time '{expiry.UtcDateTime.ToString("G", CultureInfo.InvariantCulture)}' is earlier than "
                + "current UTC time.");
    }

    private static ArmException Refused(string code, string message) => new(401, code, message) { FromGateway = true };
}

/// <summary>Asks for a token with a claim, as continuous access evaluation does, where the control surface set it.</summary>
internal sealed class ClaimsChallenge(CloudState state) : IStep
{
    public Answer Take(Exchange exchange, Func<Answer> next)
    {
        if (exchange.Service.IsResourceManager && state.Settings.Values.Flag("claimsChallenge") == true
            && !TokenAuthority.HasClaims(exchange.Request.Http.Header("Authorization")))
        {
            throw new ArmException(401, "InvalidAuthenticationToken",
                "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
                + "LocationConditionEvaluationSatisfied.")
            { FromGateway = true };
        }
        return next();
    }
}
