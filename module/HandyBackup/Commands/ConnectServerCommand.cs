using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Module.Execution;
using HandyBackup.Module.Passwords;
using HandyBackup.Module.Remote;
using HandyBackup.Module.Sessions;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Commands;

/// <summary>Connects to a server and makes the session the default of this runspace.</summary>
[Cmdlet(VerbsCommunications.Connect, "HBServer", DefaultParameterSetName = LocalSet)]
[OutputType(typeof(HBSession))]
public sealed class ConnectServerCommand : AsyncPSCmdlet
{
    private const string LocalSet = "Local";
    private const string CredentialSet = "Credential";
    private const string TokenSet = "Token";
    private const string TokenFileSet = "TokenFile";
    private const string CertificateSet = "Certificate";

    // A server lets callers wait for its answer after wrong passwords, however right the next one is.
    private static readonly TimeSpan s_guessingDelay = TimeSpan.FromSeconds(30);

    /// <summary>The server's data path on this machine.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = LocalSet)]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>The server's address on the network.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CredentialSet)]
    [Parameter(Mandatory = true, ParameterSetName = TokenSet)]
    [Parameter(Mandatory = true, ParameterSetName = TokenFileSet)]
    [Parameter(Mandatory = true, ParameterSetName = CertificateSet)]
    [ValidateNotNullOrEmpty]
    public string ComputerName { get; set; } = "";

    /// <summary>A user's name and password.</summary>
    [Parameter(ParameterSetName = CredentialSet)]
    [ValidateNotNull]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>The code that the user's authenticator shows now.</summary>
    [Parameter(ParameterSetName = CredentialSet)]
    [ValidateNotNullOrEmpty]
    public string? OneTimeCode { get; set; }

    /// <summary>An API token.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TokenSet)]
    public SecureString? Token { get; set; }

    /// <summary>A file whose first line is an API token.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TokenFileSet)]
    [ValidateNotNullOrEmpty]
    public string TokenFile { get; set; } = "";

    /// <summary>A user's certificate, with its private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CertificateSet)]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The fingerprint of the server.</summary>
    [Parameter(ParameterSetName = CredentialSet)]
    [Parameter(ParameterSetName = TokenSet)]
    [Parameter(ParameterSetName = TokenFileSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [ValidateNotNullOrEmpty]
    public string? Fingerprint { get; set; }

    /// <summary>How many seconds connecting may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    private TimeSpan TimeLimit => TimeSpan.FromSeconds(TimeoutSec);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = ParameterSetName == LocalSet ? await ConnectLocalAsync(cancellationToken) : await ConnectRemoteAsync(cancellationToken);
        DefaultSession.Current = session;
        Emit(session);
    }

    /// <inheritdoc/>
    protected override bool IsFatal(ErrorCode code) => true;

    private async Task<HBSession> ConnectLocalAsync(CancellationToken cancellationToken)
    {
        string dataPath = Starting.DataPath.Resolve(this, DataPath);
        return HBSession.Local(dataPath, await PanelConnection.ConnectLocalAsync(dataPath, TimeLimit, cancellationToken));
    }

    private async Task<HBSession> ConnectRemoteAsync(CancellationToken cancellationToken)
    {
        ServerAddress address = ServerAddress.Parse(ComputerName);
        (LoginKind kind, LoginRequest login) = ReadLogin(address);
        var server = new RemoteServer(address, TimeLimit, fingerprint => AskWhetherRight(address, fingerprint), Warn);
        PanelConnection connection = await server.ConnectAsync(Fingerprint is null ? null : FingerprintText.Parse(Fingerprint), Certificate, cancellationToken);
        try
        {
            await LogInAsync(connection, address, login, cancellationToken);
            return HBSession.Remote(address, kind, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async Task LogInAsync(PanelConnection connection, ServerAddress address, LoginRequest login, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeLimit + s_guessingDelay);
        try
        {
            await connection.Login.LoginAsync(login, limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HandyBackupException(ErrorCode.TimedOut, $"The server at {address} did not answer the login in time.", exception)
            {
                Target = address.ToString(),
                Advice = "After several failures the server makes you wait. Try again later.",
                IsTransient = true,
            };
        }
    }

    private (LoginKind Kind, LoginRequest Login) ReadLogin(ServerAddress address)
    {
        switch (ParameterSetName)
        {
            case TokenSet:
                return (LoginKind.Token, new LoginRequest { Token = SecretText.ToSecret(Token!) });
            case TokenFileSet:
                return (LoginKind.Token, new LoginRequest { Token = PasswordFile.Read(this.ResolvePath(TokenFile)) });
            case CertificateSet:
                RequireKey(Certificate!);
                return (LoginKind.Certificate, new LoginRequest());
            default:
                PSCredential credential = Credential ?? OutsidePump(() => CredentialPrompt.Read(Host, address.ToString()));
                return (LoginKind.Password, new LoginRequest
                {
                    Name = credential.UserName,
                    Password = SecretText.ToSecret(credential.Password),
                    Code = OneTimeCode is null ? null : new Secret { Value = OneTimeCode },
                });
        }
    }

    private static void RequireKey(X509Certificate2 certificate)
    {
        if (!certificate.HasPrivateKey)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The certificate '{certificate.Subject}' has no private key here, so it proves nothing.")
            {
                Target = certificate.Subject,
                Advice = "Give the certificate together with its key, as it lies in the store or in a PFX file.",
            };
        }
    }

    private bool AskWhetherRight(ServerAddress address, Sha256Hash fingerprint)
    {
        try
        {
            return Ask(
                $"This machine does not know the server at {address} yet. Its fingerprint is {fingerprint}. Get-HBServer on the server's machine shows the right one. Is it the same, and is the server to be trusted from now on?",
                "Unknown server");
        }
        catch (Exception exception) when (exception is System.Management.Automation.Host.HostException or NotImplementedException or NotSupportedException or PSInvalidOperationException)
        {
            // A host that cannot ask: nobody has said yes.
            return false;
        }
    }
}
