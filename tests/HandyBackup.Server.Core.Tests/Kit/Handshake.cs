using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace HandyBackup.Server.Core.Tests;

/// <summary>A real TLS 1.3 handshake over loopback, judged on both sides by the product's own code.</summary>
internal sealed class Handshake(AgentCertificateCheck check, X509Certificate2 server, X509Certificate2 authority, DateTimeOffset now)
{
    private AgentVerdict? _verdict;

    /// <summary>Connects with this certificate and says what the server made of it.</summary>
    /// <returns>The verdict, and whether a byte came through to the client.</returns>
    public async Task<(AgentVerdict Verdict, bool IsServed)> ConnectAsync(X509Certificate2? client, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var connecting = new TcpClient();
        Task<TcpClient> accepting = listener.AcceptTcpClientAsync(cancellationToken).AsTask();
        await connecting.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellationToken);
        using TcpClient accepted = await accepting;
        Task serving = ServeAsync(accepted, cancellationToken);
        bool isServed = await AskAsync(connecting, client, cancellationToken);
        await serving;
        return (_verdict!, isServed);
    }

    private async Task ServeAsync(TcpClient connection, CancellationToken cancellationToken)
    {
        await using var tls = new SslStream(connection.GetStream());
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(server, null, offline: true),
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                _verdict = check.CheckAsync((X509Certificate2?)certificate, cancellationToken).GetAwaiter().GetResult();
                return _verdict.Refusal is null;
            },
        };
        try
        {
            await tls.AuthenticateAsServerAsync(options, cancellationToken);
            _verdict = await check.AdmitAsync((X509Certificate2?)tls.RemoteCertificate, "127.0.0.1", cancellationToken);
            Assert.Equal(SslProtocols.Tls13, tls.SslProtocol);
            await tls.WriteAsync(new byte[] { 42 }, cancellationToken);
            await tls.FlushAsync(cancellationToken);
            await tls.ShutdownAsync();
        }
        catch (AuthenticationException)
        {
            Assert.NotNull(_verdict?.Refusal);
        }
    }

    private async Task<bool> AskAsync(TcpClient connection, X509Certificate2? client, CancellationToken cancellationToken)
    {
        await using var tls = new SslStream(connection.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateContext = client is null ? null : SslStreamCertificateContext.Create(client, null, offline: true),
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == 0 && IsSignedByAuthority((X509Certificate2)certificate!),
        };
        await tls.AuthenticateAsClientAsync(options, cancellationToken);
        try
        {
            byte[] buffer = new byte[1];
            return await tls.ReadAsync(buffer, cancellationToken) == 1 && buffer[0] == 42;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private bool IsSignedByAuthority(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(CertificateUse.Server));
        return chain.Build(certificate);
    }
}
