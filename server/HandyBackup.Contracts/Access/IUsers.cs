using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>The people who may use the server over a network.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IUsers : IDisposable
{
    /// <summary>Makes a user.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.UserExists"/>, <see cref="ErrorCode.PasswordTooWeak"/> or <see cref="ErrorCode.InvalidArgument"/>.</exception>
    [Requires(Permission.ManageAccess)]
    Task<UserInfo> CreateAsync(CreateUserRequest request, CancellationToken cancellationToken);

    /// <summary>Lists users by name.</summary>
    [Requires(Permission.ManageAccess)]
    IAsyncEnumerable<UserInfo> ListAsync(UserQuery query, CancellationToken cancellationToken);

    /// <summary>Changes a user. Another password, or disabling, ends the user's connections.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.UserNotFound"/>, <see cref="ErrorCode.UserExists"/>, <see cref="ErrorCode.PasswordTooWeak"/> or
    /// <see cref="ErrorCode.InvalidArgument"/>.</exception>
    [Requires(Permission.ManageAccess)]
    Task<UserInfo> UpdateAsync(UpdateUserRequest request, CancellationToken cancellationToken);

    /// <summary>Removes a user and ends the user's connections.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.UserNotFound"/>.</exception>
    [Requires(Permission.ManageAccess)]
    Task RemoveAsync(UserReference user, CancellationToken cancellationToken);

    /// <summary>Gives a user a role. A grant that is there already is no error.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.UserNotFound"/>, <see cref="ErrorCode.AgentNotFound"/> or <see cref="ErrorCode.RepositoryNotFound"/>.</exception>
    [Requires(Permission.ManageAccess)]
    Task<UserInfo> GrantAsync(GrantRequest request, CancellationToken cancellationToken);

    /// <summary>Takes a role back, narrowed as it was given.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.UserNotFound"/> or <see cref="ErrorCode.GrantNotFound"/>.</exception>
    [Requires(Permission.ManageAccess)]
    Task<UserInfo> RevokeAsync(GrantRequest request, CancellationToken cancellationToken);
}
