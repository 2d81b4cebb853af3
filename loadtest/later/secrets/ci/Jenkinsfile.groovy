// pipeline of the firmware team
def signPassword = params.SIGN_PASSWORD ?: ''
pipeline {
  agent { label 'win-sign' }
  environment {
    NEXUS      = credentials('nexus-deploy')
    SIGN_TOKEN = credentials('⟦!credentials id|211f136b-1018-4ce7-b1f7-faa3f28c15c4⟧')
    LICENSE    = '⟦license_key|KEIL-7EHKX-CM5ZA-AZEUM⟧'
    GRADLE_OPTS = "-DnexusUser=${NEXUS_USR} -DnexusPassword=${NEXUS_PSW}"
  }
  parameters { password(name: 'SIGN_PASSWORD', defaultValue: '', description: 'Password of the code signing key') }
  stages {
    stage('checkout') {
      steps { git url: 'ssh://git@git.ostrava-fw.cz:7999/fw/bsp.git', credentialsId: 'git-ro', branch: "release/${params.VER}" }
    }
    stage('sign') {
      steps {
        bat "signtool sign /f fw.pfx /p ⟦password|Kladivo4Kovadlina⟧ /t http://timestamp.digicert.com build\\fw.exe"
        withCredentials([usernamePassword(credentialsId: 'ftp', usernameVariable: 'U', passwordVariable: 'P')]) {
          sh 'lftp -u "$U,$P" ftp.ostrava-fw.cz -e "put fw.bin; bye"'
        }
        sh 'sha256sum -c <<< "⟦!hash of a file|c9b23cb7a955865ec8085503419b3549e253d7010837847ffbcad20cef4b5704⟧  fw.bin"'
      }
    }
    stage('trigger') {
      steps { sh "curl -X POST 'https://jenkins.ostrava-fw.cz/job/hil/build?token=⟦api_key|82l552vo77i9snk63hgcysem⟧' --user ⟦username|vhorak⟧:⟦jenkins.api_token|11a1ab15666df43e3ccf0df5124ff12334⟧" }
    }
  }
  post { failure { mail to: '⟦email|fw-team@ostrava-fw.cz⟧', subject: "failed: ${env.BUILD_TAG}", body: 'see log, password of the share has not changed' } }
}
