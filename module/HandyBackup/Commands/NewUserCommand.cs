using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Makes a user, who may then use the server over a network.</summary>
[Cmdlet(VerbsCommon.New, "HBUser", SupportsShouldProcess = true)]
[OutputType(typeof(HBUser))]
public sealed class NewUserCommand : PasswordCmdlet
{
    /// <summary>The name, unique on the server.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    /// <summary>The SHA-256 of the user's certificate.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateFingerprint { get; set; }

    /// <summary>What people should know of the account.</summary>
    [Parameter]
    public string Description { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm(Name, "Create user"))
        {
            return;
        }

        bool hasPassword = Password is not null || PasswordFile is not null || CertificateFingerprint is null;
        var request = new CreateUserRequest
        {
            Name = Name,
            Password = hasPassword ? ReadPassword($"Password for the user '{Name}'", isNew: true) : null,
            CertificateFingerprint = CertificateFingerprint,
            Description = Description,
        };
        Emit(new HBUser(await session.Connection.Users.CreateAsync(request, cancellationToken), session));
    }
}
