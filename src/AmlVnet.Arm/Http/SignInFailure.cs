using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using Azure;
using Azure.Identity;

namespace AmlVnet.Arm.Http;

/// <summary>Tells apart why a sign-in or a request got nowhere: a certificate, the network, or an answer that says no.</summary>
internal static partial class SignInFailure
{
    /// <summary>Names the failure of a credential.</summary>
    internal static AmlVnetException From(AuthenticationFailedException failure, string target)
    {
        if (Chain(failure).OfType<AmlVnetException>().FirstOrDefault() is { } own) return own;
        if (Untrusted(failure) is { } untrusted) return Problems.CertificateNotTrusted(target, untrusted);
        if (IsTransport(failure)) return Problems.SignInUnreachable(failure);
        if (failure is AuthenticationRequiredException) return Problems.SignInFailed(failure,
            "the sign-in has ended and can't be renewed in silence.", "Connect-AmlVnet again.");
        var said = SentSecrets.Clean(Spoken(failure))!;
        return Problems.SignInFailed(WithoutSecrets(failure), said, Advice(said));
    }

    /// <summary>The failure, or only its words where it quotes what was sent in secret: its causes quote it too.</summary>
    private static AuthenticationFailedException WithoutSecrets(AuthenticationFailedException failure)
    {
        var whole = failure.ToString();
        return SentSecrets.Clean(whole) == whole ? failure : new AuthenticationFailedException(SentSecrets.Clean(failure.Message));
    }

    /// <summary>Names the failure of a connection; null where it is none.</summary>
    internal static AmlVnetException? OfTransport(Exception failure, string target) =>
        Untrusted(failure) is { } untrusted ? Problems.CertificateNotTrusted(target, untrusted) : null;

    /// <summary>Whether nobody answered at all.</summary>
    internal static bool IsTransport(Exception failure) =>
        Chain(failure).Any(static e =>
            e is SocketException or HttpRequestException { StatusCode: null } or RequestFailedException { Status: 0 }
            or TaskCanceledException { CancellationToken.IsCancellationRequested: false });

    private static string? Untrusted(Exception failure) =>
        Chain(failure).OfType<AuthenticationException>().FirstOrDefault() is { } e ? e.Message : null;

    private static IEnumerable<Exception> Chain(Exception failure)
    {
        yield return failure;
        IEnumerable<Exception> inner = failure is AggregateException many ? many.InnerExceptions : failure.InnerException is { } one
            ? [one] : [];
        foreach (var e in inner.SelectMany(Chain)) yield return e;
    }

    /// <summary>Microsoft Entra's own words where there are some: they come after advice for developers of the SDK.</summary>
    private static string Spoken(Exception failure)
    {
        foreach (var e in Chain(failure).Reverse())
        {
            var at = e.Message.IndexOf("AADSTS", StringComparison.Ordinal);
            if (at >= 0) return FirstLines(e.Message[at..]);
            if (NoReference().Match(e.Message) is { Success: true } refused) return refused.Value;
        }

        return FirstLines(failure.Message);
    }

    private static string FirstLines(string message) => string.Join(' ', message
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .TakeWhile(static line => !line.StartsWith("Headers:", StringComparison.Ordinal)
            && !line.StartsWith("Content:", StringComparison.Ordinal))
        .Take(6));

    // Microsoft Learn, "Microsoft Entra authentication and authorization error codes".
    private static string? Advice(string said) => Code().Match(said).Groups[1].Value switch
    {
        "7000215" => "Give the secret's value, which the portal shows once, and not its id.",
        "7000222" => "The secret has expired: make a new one for the application.",
        "700016" or "700051" => "Check the application (client) id, and that -Tenant is the tenant it lives in.",
        "90002" or "900023" or "90019" => "Check -Tenant: give the tenant's id, and sign in to its own cloud with -Environment.",
        "700027" => "Upload this certificate to the application, or choose the one that it has.",
        "700024" => "The federated token has expired: get a new one and Connect-AmlVnet again.",
        "70021" or "700211" or "700212" or "700213" =>
            "Compare issuer, subject and audience of the federated credential with those of the token.",
        "50076" or "50079" or "53000" or "53003" or "50158" =>
            "The tenant asks for more than this credential gives: sign in with a browser, Connect-AmlVnet.",
        "50034" or "50126" => "Check the name and the password.",
        _ when said.Contains("az login", StringComparison.Ordinal)
            && !said.Contains(nameof(DefaultAzureCredential), StringComparison.Ordinal) =>
            "Run az login (az login --tenant <tenant> for another one), then the command again.",
        _ when said.StartsWith("The identity endpoint", StringComparison.Ordinal) =>
            "Give the machine, the app or the Automation account a managed identity, or name one that it has: -AccountId <client id>.",
        _ when NoReference().IsMatch(said) =>
            "Name the service connection in the input of a task of the same job; a task with 'condition: false' is enough.",
        _ => null,
    };

    [GeneratedRegex(@"AADSTS(\d+)")]
    private static partial Regex Code();

    // Of Azure DevOps, to an OIDC request for a service connection that no task names (dotnet/docker-tools#2012).
    [GeneratedRegex("There is no explicit reference to service connection [^\"\r\n]*")]
    private static partial Regex NoReference();
}
