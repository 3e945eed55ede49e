using System.Security;
using HandyBackup.Contracts;
using HandyBackup.Module.Passwords;

namespace HandyBackup.Module.Agents;

/// <summary>Where machines get their enrolment tokens from: one that the user gives to all of them, or one for each that the server makes.</summary>
/// <param name="given">The user's; null for none.</param>
/// <param name="fingerprint">Of the server that tokens must be of; null for any.</param>
/// <param name="session">Finds the session with the server that makes tokens.</param>
internal sealed class EnrollmentSource(SecureString? given, Sha256Hash? fingerprint, Func<HBSession> session)
{
    /// <summary>The tokens that are made.</summary>
    public required NewEnrollmentTokenRequest Request { get; init; }

    /// <summary>Judges the user's token, if there is one.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.EnrollmentTokenInvalid"/> or <see cref="ErrorCode.EnrollmentServerMismatch"/>.</exception>
    public void VerifyGiven()
    {
        if (given is not null)
        {
            Verify(SecretText.Reveal(given));
        }
    }

    /// <summary>A token for a machine.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotConnected"/>, <see cref="ErrorCode.EnrollmentServerMismatch"/>, or what the server refused it with.</exception>
    public async Task<EnrollmentLoan> BorrowAsync(string machine, CancellationToken cancellationToken)
    {
        if (given is not null)
        {
            return new EnrollmentLoan(given, null);
        }

        IEnrollmentTokens tokens = session().Connection.EnrollmentTokens;
        NewEnrollmentToken token = await tokens.CreateAsync(Request with { Note = "Install-HBAgent " + machine }, cancellationToken);
        var loan = new EnrollmentLoan(SecretText.ToSecure(token.Token), limit => tokens.RevokeAsync(new EnrollmentTokenReference(token.Info.Id), limit));
        try
        {
            Verify(token.Token.Value);
            return loan;
        }
        catch
        {
            await loan.ReturnAsync();
            throw;
        }
    }

    private void Verify(string text)
    {
        var token = EnrollmentTokenText.Parse(text);
        if (fingerprint is not { } wanted)
        {
            return;
        }

        byte[] bytes = new byte[Sha256Hash.Size];
        wanted.CopyTo(bytes);
        if (!token.Fingerprint.SequenceEqual(bytes.AsSpan(0, EnrollmentTokenText.FingerprintSize)))
        {
            throw new HandyBackupException(ErrorCode.EnrollmentServerMismatch, $"The token is of another server than the one with the fingerprint {wanted}.")
            {
                Target = "Fingerprint",
                Advice = "Get-HBServer on the server's machine shows its fingerprint; make the token on that server.",
            };
        }
    }
}
