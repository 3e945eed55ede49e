using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace HandyBackup.Server.Core.Tests;

/// <summary>OpenSSL's own program judges our certificates.</summary>
public sealed class OpenSslJudgeTests : FleetHarness
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Certificate_of_an_agent_is_good_for_a_client_and_no_server()
    {
        using X509Certificate2 agent = await EnrollAsync();

        Assert.Equal(0, (await VerifyAsync(agent, "-purpose", "sslclient")).ExitCode);
        Assert.NotEqual(0, (await VerifyAsync(agent, "-purpose", "sslserver")).ExitCode);
    }

    [Fact]
    public async Task Certificate_of_the_server_is_good_for_its_names_and_no_others()
    {
        using var server = new ServerCertificate(Authority, ["nas.example.org"], Time);

        Assert.Equal(0, (await VerifyAsync(server.Current, "-purpose", "sslserver", "-verify_hostname", "nas.example.org")).ExitCode);
        Assert.Equal(0, (await VerifyAsync(server.Current, "-purpose", "sslserver", "-verify_ip", "127.0.0.1")).ExitCode);
        Assert.NotEqual(0, (await VerifyAsync(server.Current, "-purpose", "sslserver", "-verify_hostname", "other.example.org")).ExitCode);
        Assert.NotEqual(0, (await VerifyAsync(server.Current, "-purpose", "sslclient")).ExitCode);
    }

    [Fact]
    public async Task Certificate_of_another_authority_is_not_good()
    {
        using X509Certificate2 agent = await EnrollAsync();
        await using var catalog = await HandyBackup.Catalog.SqliteCatalog.OpenAsync(Path("other.db"), Token);
        using CertificateAuthority other = await CertificateAuthority.OpenAsync(catalog, Sealer, Time, Token);

        Assert.NotEqual(0, (await VerifyAsync(agent, other.Certificate, [])).ExitCode);
    }

    private Task<(int ExitCode, string Output)> VerifyAsync(X509Certificate2 certificate, params string[] options) => VerifyAsync(certificate, Authority.Certificate, options);

    private async Task<(int ExitCode, string Output)> VerifyAsync(X509Certificate2 certificate, X509Certificate2 authority, string[] options)
    {
        string authorityFile = Path("authority.pem");
        string file = Path("certificate.pem");
        await File.WriteAllTextAsync(authorityFile, authority.ExportCertificatePem(), Token);
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), Token);
        var start = new ProcessStartInfo("openssl", ["verify", "-x509_strict", "-attime", $"{Time.GetUtcNow().ToUnixTimeSeconds()}", "-CAfile", authorityFile, .. options, file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = StartOrSkip(start);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(s_limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        TestContext.Current.SendDiagnosticMessage(await output + await errors);
        return (process.ExitCode, await output + await errors);
    }

    private static Process StartOrSkip(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("openssl is not installed.");
            throw;
        }
    }
}
