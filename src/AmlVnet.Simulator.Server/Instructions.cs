namespace AmlVnet.Simulator.Server;

/// <summary>What a user must tell each client to reach the server.</summary>
internal static class Instructions
{
    /// <summary>The lines, ready to paste into a shell: PowerShell on Windows, else sh.</summary>
    /// <param name="https">The server's address, without a final slash.</param>
    /// <param name="http">The address of the managed-identity endpoints, or null when they are not served over HTTP.</param>
    /// <param name="authorityFile">The authority's certificate.</param>
    public static IEnumerable<string> For(string https, string? http, string authorityFile)
    {
        yield return "# Trust this server in the shell that runs the client; no trust store of the machine is changed.";
        yield return "# az (Python):";
        yield return Set("REQUESTS_CA_BUNDLE", authorityFile);
        yield return Set("ARM_CLOUD_METADATA_URL", $"{https}/metadata/endpoints?api-version=2019-05-01");
        yield return "# az (reading the metadata), .NET on Linux:";
        yield return Set("SSL_CERT_FILE", authorityFile);
        yield return "# curl:";
        yield return Set("CURL_CA_BUNDLE", authorityFile);
        yield return "# Node:";
        yield return Set("NODE_EXTRA_CA_CERTS", authorityFile);
        if (http is not null)
        {
            yield return "# Managed identity (Azure.Identity and its kin; az uses the last two):";
            yield return Set("IDENTITY_ENDPOINT", $"{http}/msi/token");
            yield return Set("IDENTITY_HEADER", "simulator");
            yield return Set("MSI_ENDPOINT", $"{http}/msi");
            yield return Set("MSI_SECRET", "simulator");
        }
    }

    private static string Set(string name, string value) => OperatingSystem.IsWindows()
        ? $"$env:{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'"
        : $"export {name}='{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
