{
  description = "The right Python environment is active in whatever project your shell stands in";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in {
      packages = each (pkgs: {
        default = pkgs.python3Packages.buildPythonApplication {
          pname = "autovenv";
          version = "@VERSION@";
          pyproject = true;
          src = pkgs.fetchurl {
            url = "@HOMEPAGE@/releases/download/v@VERSION@/autovenv_cli-@VERSION@.tar.gz";
            sha256 = "@SHA256_SDIST@";
          };
          build-system = [ pkgs.python3Packages.hatchling ];
          dependencies = with pkgs.python3Packages; [ platformdirs shellingham tomli-w typer ];
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = ''
            installShellCompletion --bash completions/autovenv.bash
            installShellCompletion --zsh completions/_autovenv
            installShellCompletion --fish completions/autovenv.fish
          '';
          # They start real shells in terminals, and need git and a package index.
          doCheck = false;
          pythonImportsCheck = [ "autovenv" ];
          meta = {
            homepage = "@HOMEPAGE@";
            license = pkgs.lib.licenses.mit;
            mainProgram = "autovenv";
          };
        };
      });
    };
}
