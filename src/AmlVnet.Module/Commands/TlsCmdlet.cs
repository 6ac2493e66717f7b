using System.Management.Automation;
using AmlVnet.Arm.Carrying;
using AmlVnet.Cmdlets.Completion;
using AmlVnet.Core.Errors;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that gives a scoring endpoint its TLS.</summary>
public abstract class TlsCmdlet : WaitingCmdlet
{
    [Parameter]
    public string? SslCertificatePath { get; set; }

    [Parameter]
    public string? SslKeyPath { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SslCname { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SslLeafDomainLabel { get; set; }

    [Parameter]
    public SwitchParameter SslOverwriteExistingDomain { get; set; }

    private protected override void Prepare()
    {
        if (!string.IsNullOrEmpty(SslCertificatePath)) SslCertificatePath = ToFilePath(nameof(SslCertificatePath), SslCertificatePath);
        if (!string.IsNullOrEmpty(SslKeyPath)) SslKeyPath = ToFilePath(nameof(SslKeyPath), SslKeyPath);
    }

    private protected async Task<TlsSettings?> ReadTlsAsync(CancellationToken cancel)
    {
        var ownCertificate = IsGiven(nameof(SslCertificatePath)) || IsGiven(nameof(SslKeyPath)) || IsGiven(nameof(SslCname));
        if (IsGiven(nameof(SslLeafDomainLabel)))
        {
            if (ownCertificate)
                throw Problems.InvalidCombination("-SslLeafDomainLabel asks for Microsoft's certificate; leave out -SslCertificatePath, -SslKeyPath and -SslCname.");
            return string.IsNullOrWhiteSpace(SslLeafDomainLabel)
                ? throw Problems.InvalidValue(nameof(SslLeafDomainLabel), SslLeafDomainLabel, "the label is empty; give the first part of the endpoint's name.")
                : new TlsSettings { LeafDomainLabel = SslLeafDomainLabel, OverwriteExistingDomain = SslOverwriteExistingDomain };
        }

        if (!ownCertificate)
            return IsGiven(nameof(SslOverwriteExistingDomain))
                ? throw Problems.InvalidCombination("-SslOverwriteExistingDomain goes with -SslLeafDomainLabel.")
                : null;
        if (string.IsNullOrEmpty(SslCertificatePath) || string.IsNullOrEmpty(SslKeyPath) || string.IsNullOrWhiteSpace(SslCname))
            throw Problems.InvalidCombination("A certificate of your own needs -SslCertificatePath, -SslKeyPath and -SslCname together.");
        return new TlsSettings
        {
            CertificatePem = await ReadPemAsync(nameof(SslCertificatePath), SslCertificatePath, cancel).ConfigureAwait(false),
            KeyPem = await ReadPemAsync(nameof(SslKeyPath), SslKeyPath, cancel).ConfigureAwait(false),
            Cname = SslCname,
        };
    }

    private static async Task<string> ReadPemAsync(string parameter, string path, CancellationToken cancel)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problems.FileUnreadable(parameter, path, e.Message);
        }

        return text.Contains("-----BEGIN ", StringComparison.Ordinal)
            ? text
            : throw Problems.FileUnreadable(parameter, path, "it is not in PEM form (no line '-----BEGIN …').");
    }
}
