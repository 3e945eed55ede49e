using System.Security.Cryptography;
using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Enrollment;

/// <summary>Makes this machine an agent of a server.</summary>
/// <param name="door">The way to the server.</param>
/// <param name="home">The prepared data folder.</param>
/// <param name="credential">Where the credential goes.</param>
public sealed class AgentEnrollment(IServerDoor door, AgentHome home, CredentialFile credential)
{
    /// <summary>
    /// Makes a key, has the server sign its certificate, and writes both down. Who is an agent of this server already stays what it is, and the token is not used.
    /// If the answer does not come the key is kept: another attempt with the same token and name becomes what the server has granted already.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="token">The enrolment token.</param>
    /// <param name="name">The name to ask for. With a token for an agent's place the server gives that agent's.</param>
    /// <param name="cancellationToken">Stops it; the token may have been used all the same.</param>
    /// <returns>What the server answered; null if nothing had to be done.</returns>
    /// <exception cref="HandyBackupException">
    /// <see cref="ErrorCode.AgentEnrolledElsewhere"/>, <see cref="ErrorCode.EnrollmentTokenInvalid"/>, <see cref="ErrorCode.EnrollmentServerMismatch"/>, what the server refused it with, or why it could not be reached.
    /// </exception>
    public async Task<EnrolledAgent?> EnrollAsync(ServerAddress server, Secret? token, string name, CancellationToken cancellationToken)
    {
        AgentSettings settings = AgentSettingsFile.Read(home);
        var keyFile = new EnrollmentKeyFile(home, credential.Protection);
        if (credential.Exists)
        {
            keyFile.Delete();
            return settings.Server == server.ToString() ? null : throw Elsewhere(settings.Server);
        }

        var promise = EnrollmentTokenText.Parse((token ?? throw NoToken()).Value);
        using ECDsa key = keyFile.Take(out bool isNew);
        EnrolledAgent enrolled;
        try
        {
            enrolled = await AskAsync(server, promise, new EnrollAgentRequest { Token = token, Name = name, CertificateRequest = AgentKey.Request(key) }, cancellationToken);
        }
        catch (HandyBackupException exception) when (isNew && !MayHaveBeenGranted(exception.Code))
        {
            keyFile.Delete();
            throw;
        }

        // The credential last: it is what makes an agent, and without it all of this can be done again.
        AgentSettingsFile.Write(home, settings with { Server = server.ToString(), Name = enrolled.Name ?? name });
        credential.Write(key, enrolled.Certificate, enrolled.AuthorityCertificate);
        keyFile.Delete();
        return enrolled;
    }

    private async Task<EnrolledAgent> AskAsync(ServerAddress server, EnrollmentTokenText promise, EnrollAgentRequest request, CancellationToken cancellationToken)
    {
        EnrolledAgent enrolled = await door.EnrollAsync(server, request, cancellationToken);
        return promise.Promises(enrolled.AuthorityCertificate)
            ? enrolled
            : throw new HandyBackupException(ErrorCode.EnrollmentServerMismatch, $"The server {server} is not the one that the token is for.")
            {
                Target = server.ToString(),
                Advice = "Check the address, and ask for a token of that server.",
            };
    }

    // With any other code the server has refused, or was never asked.
    private static bool MayHaveBeenGranted(ErrorCode code) => code is ErrorCode.ConnectionLost or ErrorCode.TimedOut or ErrorCode.Cancelled or ErrorCode.InternalError;

    private HandyBackupException Elsewhere(string other) =>
        new(ErrorCode.AgentEnrolledElsewhere, $"This machine is an agent of the server {other} already.")
        {
            Target = home.Path,
            Advice = $"If the server only has another address now, change \"server\" in '{home.SettingsFile}'. To give it to another server, run 'hb-agent uninstall' first.",
        };

    private static HandyBackupException NoToken() =>
        new(ErrorCode.EnrollmentTokenInvalid, "To make this machine an agent a token is needed, and none was given.")
        {
            Advice = "Make one with New-HBEnrollmentToken; give it with --token-file, in the environment variable HANDYBACKUP_TOKEN, or with --token.",
        };
}
