using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IUsers"/>
internal sealed class UserService(ICatalog catalog, PasswordHasher passwords, PanelVisitors visitors, TimeProvider time) : IUsers
{
    /// <inheritdoc/>
    public async Task<UserInfo> CreateAsync(CreateUserRequest request, CancellationToken cancellationToken)
    {
        NameRule.Check(request.Name, "user");
        AccountDescription.Check(request.Description);
        DateTimeOffset now = time.GetUtcNow();
        var user = new UserRecord
        {
            Id = Guid.NewGuid(),
            Name = request.Name,
            Description = request.Description,
            PasswordHash = request.Password is { } password ? await HashAsync(password, request.Name, cancellationToken) : null,
            CertificateFingerprint = ReadFingerprint(request.CertificateFingerprint),
            Grants = await request.Grants.ToRecordsAsync(catalog, cancellationToken),
            Created = now,
            Changed = now,
        };
        await catalog.Users.AddAsync(user, cancellationToken);
        return await DescribeAsync(user, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<UserInfo> ListAsync(UserQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = new NameFilter(query.Name);
        await foreach (UserRecord user in catalog.Users.ListAsync(cancellationToken))
        {
            if (name.Matches(user.Name))
            {
                yield return await DescribeAsync(user, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<UserInfo> UpdateAsync(UpdateUserRequest request, CancellationToken cancellationToken)
    {
        UserRecord user = await FindAsync(request.Name, cancellationToken);
        string name = request.NewName ?? user.Name;
        NameRule.Check(name, "user");
        AccountDescription.Check(request.Description ?? "");
        string? hash = request.NewPassword is { } password ? await HashAsync(password, name, cancellationToken) : null;
        string? fingerprint = ReadFingerprint(request.CertificateFingerprint);
        UserInfo changed = await ChangeAsync(
            user,
            now => now with
            {
                Name = name,
                Description = request.Description ?? now.Description,
                PasswordHash = hash ?? now.PasswordHash,
                CertificateFingerprint = request.CertificateFingerprint is null ? now.CertificateFingerprint : fingerprint,
                IsEnabled = request.IsEnabled ?? now.IsEnabled,
                CodeSecret = request.ForgetOneTimeCode ? null : now.CodeSecret,
                PendingCodeSecret = request.ForgetOneTimeCode ? null : now.PendingCodeSecret,
            },
            cancellationToken);
        if (request.NewPassword is not null || request.CertificateFingerprint is not null || request.IsEnabled == false)
        {
            visitors.End(ReferenceTo(user));
        }

        return changed;
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(UserReference user, CancellationToken cancellationToken)
    {
        UserRecord record = await FindAsync(user.Name, cancellationToken);
        await catalog.Users.RemoveAsync(record.Id, cancellationToken);
        visitors.End(ReferenceTo(record));
    }

    /// <inheritdoc/>
    public async Task<UserInfo> GrantAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        UserRecord user = await FindAsync(request.User, cancellationToken);
        GrantRecord grant = await request.Grant.ToRecordAsync(catalog, cancellationToken);
        return await ChangeAsync(user, now => now.Grants.Any(grant.IsSameAs) ? now : now with { Grants = [.. now.Grants, grant] }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<UserInfo> RevokeAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        UserRecord user = await FindAsync(request.User, cancellationToken);
        GrantRecord grant = await request.Grant.ToRecordAsync(catalog, cancellationToken);
        return await ChangeAsync(
            user,
            now => now.Grants.Any(grant.IsSameAs)
                ? now with { Grants = [.. now.Grants.Where(known => !known.IsSameAs(grant))] }
                : throw new HandyBackupException(ErrorCode.GrantNotFound, $"The user '{user.Name}' has no such grant of the role {grant.Role}.")
                {
                    Target = user.Name,
                    Advice = "Name agents, groups and repositories as they were granted: Get-HBUser shows them.",
                },
            cancellationToken);
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    private static AccountReference ReferenceTo(UserRecord user) => new(CallerKind.User, user.Id.ToString());

    private static HandyBackupException NotFound(string name) => new(ErrorCode.UserNotFound, $"No user named '{name}' is known.") { Target = name };

    private static string? ReadFingerprint(string? text)
    {
        // As certificate stores and openssl show them: with colons or spaces, in either case.
        string digits = (text ?? "").Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (digits.Length == 0)
        {
            return null;
        }

        return Sha256Hash.TryParse(digits.ToLowerInvariant(), out _)
            ? digits
            : throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{text}' is not the SHA-256 of a certificate.") { Target = text, Advice = "Give 64 hexadecimal digits." };
    }

    private async Task<string> HashAsync(Secret password, string user, CancellationToken cancellationToken)
    {
        PasswordRule.Check(password.Value, user);
        return await passwords.HashAsync(password.Value, cancellationToken);
    }

    private async Task<UserRecord> FindAsync(string name, CancellationToken cancellationToken) =>
        await catalog.Users.FindAsync(name, cancellationToken) ?? throw NotFound(name);

    private async Task<UserInfo> ChangeAsync(UserRecord user, Func<UserRecord, UserRecord> change, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        UserRecord? changed = await catalog.Users.ChangeAsync(user.Id, known => change(known) with { Changed = now }, cancellationToken);
        return await DescribeAsync(changed ?? throw NotFound(user.Name), cancellationToken);
    }

    private async Task<UserInfo> DescribeAsync(UserRecord user, CancellationToken cancellationToken) => new()
    {
        Name = user.Name,
        Description = user.Description,
        IsEnabled = user.IsEnabled,
        HasPassword = user.PasswordHash is not null,
        NeedsOneTimeCode = user.CodeSecret is not null,
        CertificateFingerprint = user.CertificateFingerprint,
        Grants = await user.Grants.ToGrantsAsync(catalog, cancellationToken),
        Created = user.Created,
        Changed = user.Changed,
        LastLogin = user.LastLogin,
    };
}
