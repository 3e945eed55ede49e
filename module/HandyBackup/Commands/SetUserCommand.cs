using System.Management.Automation;
using System.Security;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;
using HandyBackup.Module.Passwords;

namespace HandyBackup.Module.Commands;

/// <summary>Changes a user.</summary>
[Cmdlet(VerbsCommon.Set, "HBUser", SupportsShouldProcess = true)]
[OutputType(typeof(HBUser))]
public sealed class SetUserCommand : SessionCmdlet
{
    /// <summary>The user.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("User")]
    [ArgumentCompleter(typeof(UserNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Another name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewName { get; set; }

    /// <summary>Another password.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? NewPassword { get; set; }

    /// <summary>The SHA-256 of another certificate; empty for none.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? CertificateFingerprint { get; set; }

    /// <summary>False to let nobody log in as this user.</summary>
    [Parameter]
    public bool? Enabled { get; set; }

    /// <summary>Forgets the one-time codes, for somebody who has lost the device.</summary>
    [Parameter]
    public SwitchParameter ForgetOneTimeCode { get; set; }

    /// <summary>What people should know of the account.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? Description { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm(Name, "Change user"))
        {
            return;
        }

        var request = new UpdateUserRequest
        {
            Name = Name,
            NewName = NewName,
            NewPassword = NewPassword is null ? null : SecretText.ToSecret(NewPassword),
            CertificateFingerprint = CertificateFingerprint,
            IsEnabled = Enabled,
            ForgetOneTimeCode = ForgetOneTimeCode,
            Description = Description,
        };
        Emit(new HBUser(await session.Connection.Users.UpdateAsync(request, cancellationToken), session));
    }
}
